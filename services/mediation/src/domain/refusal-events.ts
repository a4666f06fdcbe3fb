/** Refusals of acts that stay in the record. Also storage format. */
import { code, event, maybe, open, uuid } from '@wederhoor/vault/fields'
import { z } from 'zod'
import { at, by, handlerTies, request } from './fields.ts'

/** A refusal that an auditor asks about. `attempt` is the command, so that the same attempt is one refusal. */
export const actRefused = event('ActRefused', 1, {
  act: open('name of the command', code('command')),
  reason: open(
    'closed list',
    z.enum([
      'handler-has-tie',
      'anonymous',
      'no-permission',
      'withdrawn',
      'case-closed',
      'respondent-skipped',
      'permit-expired',
      'permit-lost',
      'same-person',
      'not-opened',
      'not-yet-heard',
      'file-unequal',
    ]),
  ),
  ties: maybe(open('how somebody is tied, without with whom', z.array(handlerTies))),
  request: maybe(request),
  attempt: open('id of the command', uuid('CommandId')),
  by,
  at,
})
