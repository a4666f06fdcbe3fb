/** Refusals that stay in the record: of acts, and of what a message or clock asked for. Also storage format. */
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
/** A command of a reaction or deadline that a rule refused: a recorded outcome, neither retried nor parked. */
export const reactionRefused = event('ReactionRefused', 1, {
  command: open('name of the command', code('command')),
  reason: open('name of the reason', code('reason')),
})
