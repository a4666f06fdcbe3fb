/**
 * Stored events of an erasure: of one party in one dossier, as a legal act. These names and fields are the storage format.
 * None holds a word about anybody: what remains after an erasure is a random id, codes, numbers and instants.
 */
import {
  code,
  type EventOf,
  event,
  instant,
  maybe,
  open,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

const at = open('time of the act', instant)
const party = open('random id of the party within this dossier', uuid('PartyId'))
const by = open('pseudonym of staff, or the party’s own id, within this dossier', uuid('Pseudonym'))
const ground = open('coded', code('wisgrond'))
const hold = open('random id', uuid('HoldId'))
const dueAt = open('end of a term', instant)

/** What an erasure may still lack. Where, the log of the process says. */
export const leftovers = ['fence', 'keys', 'sealed', 'people', 'views', 'epoch'] as const

export const erasureRequested = event('ErasureRequested', 1, {
  party,
  ground,
  how: open('closed list', z.enum(['told-to-staff', 'by-code'])),
  /** Everybody in a file gets an answer within the term of the law. */
  answerDueAt: open('until when it is answered', instant),
  by,
  at,
})
/** Nobody decided within the term. It is seen, and nothing is decided by it. */
export const erasureOverdue = event('ErasureOverdue', 1, { party, dueAt, at })
export const legalHoldPlaced = event('LegalHoldPlaced', 1, {
  hold,
  party,
  ground: open('coded', code('opschortingsgrond')),
  reviewDueAt: open('when somebody looks at it again', instant),
  by,
  at,
})
export const legalHoldLifted = event('LegalHoldLifted', 1, { hold, by, at })
export const legalHoldOverdue = event('LegalHoldOverdue', 1, { hold, dueAt, at })
/** An auditor asks about it, so it is a fact: also where a hold stood in the way of a decision to erase. */
export const erasureRefused = event('ErasureRefused', 1, {
  party,
  grounds: open('coded: of weigergrond-wissen or opschortingsgrond', z.array(code('refusal'))),
  by,
  at,
})
/** The decision, by somebody else than who asked and who handled; from here on it is carried out. */
export const erasureGranted = event('ErasureGranted', 1, {
  party,
  ground,
  /** Where another party was heard on what this one said. */
  defence: maybe(open('coded', code('afweging-verweer'))),
  by,
  at,
})

/** The fence stands; no later entry of this dossier commits to content of this party. */
export const partyErased = event('PartyErased', 1, {
  party,
  digests: open('how many commitments of this party open no more', z.int().min(0)),
  ground,
  decider: open('pseudonym of staff within this dossier', uuid('Pseudonym')),
  at,
})
export const erasureIncomplete = event('ErasureIncomplete', 1, {
  party,
  stage: open('closed list', z.enum(['live-stores', 'backups'])),
  left: open('closed list', z.array(z.enum(leftovers))),
  tries: open('how often it did not end', z.int().min(1)),
  againDueAt: open('when it is taken up again', instant),
  at,
})
/** Nothing of it is left in the live stores. */
export const erasureCompleted = event('ErasureCompleted', 1, {
  party,
  digests: open('how many commitments of this party open no more', z.int().min(0)),
  keys: open('how many keys were destroyed', z.int().min(0)),
  epochs: open(
    'names of the key epochs that a backup would need; they say nothing of the keys',
    z.array(code('kek-epoch')),
  ),
  finalDueAt: open('when those epochs are destroyed', instant),
  at,
})
/** No backup and no log of the database opens it either: the epochs that they need are destroyed. */
export const erasureFinal = event('ErasureFinal', 1, { party, at })

export const erasureEvents = [
  erasureRequested,
  erasureOverdue,
  legalHoldPlaced,
  legalHoldLifted,
  legalHoldOverdue,
  erasureRefused,
  erasureGranted,
  partyErased,
  erasureIncomplete,
  erasureCompleted,
  erasureFinal,
] as const

export type ErasureEvent = EventOf<(typeof erasureEvents)[number]>
export type ErasureEventOf<Type extends ErasureEvent['type']> = Extract<
  ErasureEvent,
  { readonly type: Type }
>

export type Leftover = (typeof leftovers)[number]
export type HoldId = Uuid<'HoldId'>
export type ErasureGround = Uuid<'wisgrond'>
export type HoldGround = Uuid<'opschortingsgrond'>
export type RefusalGround = Uuid<'refusal'>
export type DefenceGround = Uuid<'afweging-verweer'>

const erasureTypes: ReadonlySet<string> = new Set(erasureEvents.map((one) => one.type))
export const isErasureEvent = (event: { readonly type: string }): event is ErasureEvent =>
  erasureTypes.has(event.type)
