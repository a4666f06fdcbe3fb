/** An event, its content and who asks for it, for this package's tests. */
import { randomUUID } from 'node:crypto'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Actor } from '@wederhoor/identity/actor'
import type { Pseudonym } from '@wederhoor/ledger/entry'
import { z } from 'zod'
import { event, instant, open, type Sealed, sensitive, uuid } from './fields.ts'
import type { OpenRequest } from './port.ts'
import type { Owner } from './storage.ts'

/** Planted: no dump may hold these, in any spelling. */
export const PLANTED_NAME = 'Zoë Überprüfung-Ångström'
export const PLANTED_SENTENCE = 'Op de zevende trede van de blauwe trap werd mij de deur gewezen.'

export const told = event('StoryTold', 1, {
  teller: open('a random id', uuid('PartyId')),
  story: sensitive('teller', z.string()),
  contact: sensitive('teller', z.object({ name: z.string(), reachable: z.boolean() })),
})
export const worker: Actor = {
  subject: 's-1',
  person: 'p-1',
  roles: ['worker'],
  desk: 'north',
  organisation: null,
}
export const content = { story: PLANTED_SENTENCE, contact: { name: PLANTED_NAME, reachable: true } }

export const newOwner = (): Owner => ({ dossier: randomUUID(), party: randomUUID() })

export function contextFor(dossier: string): CommandContext {
  const at = instant.parse('2026-03-02T09:00:00.000Z')
  return {
    id: randomUUID(),
    at,
    occurredAt: at,
    dossier,
    actor: { role: 'worker', desk: 'north', pseudonym: randomUUID() as string as Pseudonym },
    power: { code: 'power', version: '2026-01' },
    policy: '2026-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

export function requestFor(owner: Owner, ...sealed: readonly Sealed<unknown>[]): OpenRequest {
  return {
    dossier: owner.dossier,
    sealed,
    actor: worker,
    purpose: 'intake',
    screen: 'GET /things/:thingId',
    at: '2026-03-02T09:00:00.000Z',
    trace: null,
  }
}
