/**
 * Who opened what, and who was refused: a ledger of its own, beside the case history. Each act is a stream of one entry, so
 * that nobody waits for anybody. The envelope says who (role, desk, pseudonym), when and in which dossier.
 */
import assert from 'node:assert/strict'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { EventStore } from '@wederhoor/event-store/port'
import type { Pseudonym } from '@wederhoor/ledger/entry'
import { v7 } from 'uuid'
import { z } from 'zod'
import { type AnyEventOf, eventCodec } from './event-codec.ts'
import { code, digest, event, instant, open, pattern } from './fields.ts'
import { type OpenRequest, VaultError } from './port.ts'

const purpose = open(
  'why it was opened, a coded purpose: whom it is about has a right to it',
  code('doel'),
)
const screen = open(
  'where it was shown: a route with its parameters by name, never their values',
  pattern('Screen', /^([A-Z]{3,7} )?[A-Za-z0-9/:._{}-]+$/),
)

/** These names are the storage format of the access log. */
export const contentOpened = event('ContentOpened', 1, {
  purpose,
  screen,
  paths: open('which fields: their names', z.array(pattern('FieldPath', /^\/[A-Za-z0-9~]+$/))),
  commitments: open(
    'which content, by salted commitment, in the order of the paths',
    z.array(digest),
  ),
})
export const accessDenied = event('AccessDenied', 1, {
  purpose,
  screen,
  reason: open('the rule that refused, a code', code('reden')),
})
export const accessEvents = [contentOpened, accessDenied] as const
export type AccessEvent = AnyEventOf<typeof accessEvents>

/** What one entry holds; a screen that shows more is several entries. A file that has grown long must still open. */
export const OPENED_MAX = 500

export interface AccessLog {
  /** Durable on return. @throws VaultError not-logged. */
  record(
    event: AccessEvent,
    request: Omit<OpenRequest, 'sealed'>,
    pseudonym: Pseudonym,
  ): Promise<void>
}

export function accessLog(parts: {
  readonly store: EventStore
  /** Origin of the access log: another than the case history's. */
  readonly ledgerOrigin: string
  /** Version of the policy that holds the purposes. */
  readonly policy: string
}): AccessLog {
  const codec = eventCodec({ ledger: parts.ledgerOrigin, events: accessEvents })
  return {
    async record(happened, request, pseudonym) {
      const id = v7()
      const stream = `access-${id}`
      const context = contextOf(id, request, pseudonym, parts.policy)
      const entry = codec.encode(happened, { stream, revision: 0, id }, context)
      try {
        const result = await parts.store.append(stream, 'no-stream', [entry])
        assert.equal(result.kind, 'appended')
      } catch (cause) {
        throw new VaultError('not-logged', 'the access log could not be written', { cause })
      }
    },
  }
}

function contextOf(
  id: string,
  request: Omit<OpenRequest, 'sealed'>,
  pseudonym: Pseudonym,
  policy: string,
): CommandContext {
  const at = instant.parse(request.at)
  const role = request.actor.roles.join('+') || 'none'
  return {
    id,
    at,
    occurredAt: at,
    dossier: request.dossier,
    actor: { role, desk: request.actor.desk, pseudonym },
    power: { code: 'access', version: policy },
    policy,
    causation: null,
    correlation: null,
    trace: request.trace,
  }
}
