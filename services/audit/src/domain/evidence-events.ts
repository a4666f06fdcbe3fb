/**
 * Stored events of the evidence itself: acts about a log, not about a case. These names and fields are the storage format.
 * None holds a word about anybody: hashes, keys, signatures, codes, numbers, instants and pseudonyms.
 */
import {
  type EventOf,
  event,
  instant,
  maybe,
  open,
  pattern,
  type Uuid,
  uuid,
} from '@wederhoor/vault/fields'
import { z } from 'zod'

/** 32 bytes: a root or a public key. */
export const hash = pattern('Base64Hash', /^[A-Za-z0-9+/]{43}=$/)
export const publicKey = pattern('Base64Key', /^[A-Za-z0-9+/]{43}=$/)
/** Name of a key or origin of a log: a schemeless address. */
export const origin = pattern('Origin', /^[A-Za-z0-9._:~-]+(\/[A-Za-z0-9._~-]+)*$/)
/** Key id ‖ signature, or key id ‖ time ‖ signature: longer than a `pattern` may be, and no sentence either. */
export const noteSignature = z
  .string()
  .regex(/^[A-Za-z0-9+/]{88,104}={0,2}$/)
  .max(104)
  .brand<'NoteSignature'>()

const at = open('time of the act', instant)
const log = open('which log: its own origin', origin)
const size = z.int().min(0)
const by = (what: string) => open(`pseudonym of staff within this log: ${what}`, uuid('Pseudonym'))

export const incidents = [
  'restored-backup',
  'guard-lost',
  'tampering-found',
  'storage-damaged',
] as const

/** Whoever signs a checkpoint, as it stands in a note. */
const signatureLine = z.object({ name: origin, signature: noteSignature })
const witnessed = maybe(
  open(
    'the last checkpoint that anybody else is known to hold; whoever has the keys can rebuild the note and check it',
    z.object({ origin, size, root: hash, signatures: z.array(signatureLine).min(1).max(16) }),
  ),
)
const guarded = maybe(
  open(
    'what the signing guard knew was signed last; absent where the guard was lost',
    z.object({ epoch: z.int().min(1), origin, size, root: hash }),
  ),
)
const number = open('number of the epoch', z.int().min(2))
const incident = open('closed list', z.enum(incidents))

export const epochProposed = event('EpochProposed', 1, {
  log,
  number,
  incident,
  witnessed,
  guarded,
  by: by('who proposed'),
  at,
})
/** The first entry that is written in the epoch. What was signed before and is not there any more, it names. */
export const epochBegun = event('EpochBegun', 1, {
  log,
  number,
  origin: open('origin of its checkpoints', origin),
  incident,
  witnessed,
  guarded,
  survived: open('how many entries the ledger still held when it began', size),
  proposedBy: by('who proposed'),
  decidedBy: by('who decided: another person'),
  at,
})

/** `begin`: a new key signs beside the old; `end`: only the newest signs, the secrets of the others are destroyed. */
export const rotationSteps = ['begin', 'end'] as const
const step = open('closed list', z.enum(rotationSteps))

export const logKeyRotationProposed = event('LogKeyRotationProposed', 1, {
  log,
  step,
  newest: open('the newest public key as it then was', publicKey),
  by: by('who proposed'),
  at,
})
export const logKeyRotated = event('LogKeyRotated', 1, {
  log,
  step,
  newest: open('the newest public key from now on', publicKey),
  proposedBy: by('who proposed'),
  decidedBy: by('who decided: another person'),
  at,
})

/** The signed text can be put together again from these fields: see `check-note.ts`. */
export const ledgerChecked = event('LedgerChecked', 1, {
  log,
  origin: open('origin of the checkpoint that was verified', origin),
  size: open('its size', size),
  root: open('its root', hash),
  outcome: open('closed list', z.enum(['verified', 'failed'])),
  position: maybe(open('first bad entry according to the officer', z.int().min(1))),
  checkedAt: open('when, according to the officer', instant),
  keyName: open('name of the officer’s key', origin),
  key: open('the officer’s public key', publicKey),
  signature: open('of the officer, over the outcome', noteSignature),
  by: by('the officer'),
  at,
})

export const failures = [
  'entry-differs',
  'entry-missing',
  'tile-differs',
  'root-differs',
  'not-an-extension',
  'smaller-than-before',
  'bad-signature',
  'not-a-checkpoint',
  'never-signed-here',
  'found-by-officer',
] as const

/** An incident: what was promised and what is there do not agree. Once for each, whoever sees it again. */
export const verificationFailed = event('VerificationFailed', 1, {
  log,
  size: open('size of the tree in which it was found', size),
  position: maybe(open('first bad entry, from 1', z.int().min(1))),
  reason: open('closed list', z.enum(failures)),
  detectedBy: open(
    'closed list',
    z.enum(['watcher', 'watch-command', 'officer', 'check-received', 'witness']),
  ),
  at,
})

export const evidenceEvents = [
  epochProposed,
  epochBegun,
  logKeyRotationProposed,
  logKeyRotated,
  ledgerChecked,
  verificationFailed,
] as const

export type EvidenceEvent = EventOf<(typeof evidenceEvents)[number]>
export type EvidenceEventOf<Type extends EvidenceEvent['type']> = Extract<
  EvidenceEvent,
  { readonly type: Type }
>
export type Origin = Uuid<'Origin'>
export type Hash = Uuid<'Base64Hash'>
export type PublicKey = Uuid<'Base64Key'>
export type NoteSignatureText = Uuid<'NoteSignature'>
export type Failure = (typeof failures)[number]
export type RotationStep = (typeof rotationSteps)[number]
