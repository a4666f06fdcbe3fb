/** Checkpoints: c2sp.org/tlog-checkpoint, `<origin>\n<size>\n<base64 root>\n`, without extension lines, as a signed note. */
import assert from 'node:assert/strict'
import { decodeBase64, encodeBase64 } from './canonical-base64.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { isKeyName } from './note-key.ts'
import {
  NoteError,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  signNote,
} from './signed-note.ts'
import { HASH_BYTES } from './tree.ts'

export interface Checkpoint {
  /** Schemeless URL of the log, which is also the name of its key. */
  readonly origin: string
  /** Number of leaves. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint
  /** Keys of witnesses with a valid cosignature, each once. Whether they are independent is for whoever trusts them. */
  readonly cosigners: readonly NoteVerifier[]
  /** All valid signatures, cosignatures with their times. */
  readonly signatures: readonly NoteSignature[]
  /** Signature lines of keys that were not given. */
  readonly unknown: number
}

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  assert(isKeyName(origin), 'an origin is a key name')
  assert(Number.isSafeInteger(size) && size >= 0, 'a size is a safe integer, 0 or more')
  assert.equal(root.length, HASH_BYTES)
  return `${origin}\n${size}\n${encodeBase64(root)}\n`
}

/**
 * Only the spelling that `formatCheckpoint` gives.
 * @throws LedgerFormatError `checkpoint`, or `size-too-large` for a size over 2^53 − 1.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [, origin, digits, encoded] = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n$/.exec(text) ?? []
  const root = decodeBase64(encoded ?? '')
  if (origin === undefined || !isKeyName(origin) || root?.length !== HASH_BYTES) {
    throw new LedgerFormatError('checkpoint', 'not a checkpoint of three lines')
  }
  return { origin, size: parseSize(digits ?? ''), root }
}

/** @param digits already known to be a canonical decimal. @throws LedgerFormatError `size-too-large` */
export function parseSize(digits: string): number {
  const size = Number(digits)
  if (Number.isSafeInteger(size)) return size
  throw new LedgerFormatError('size-too-large', `${digits.slice(0, 40)} is more than 2^53 − 1`)
}

/** Rejects as a signer does. */
export function signCheckpoint(
  checkpoint: Checkpoint,
  signers: readonly NoteSigner[],
): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signers)
}

/**
 * A checkpoint that a key named after its origin signed.
 * @param verifiers log keys and witnesses that are trusted; others in the note are passed over.
 * @throws NoteError, LedgerFormatError
 */
export function openCheckpoint(note: string, verifiers: readonly NoteVerifier[]): OpenedCheckpoint {
  const { text, signatures, unknown } = openNote(note, verifiers)
  const checkpoint = parseCheckpoint(text)
  const byTheLog = signatures.some(
    ({ verifier }) => verifier.kind === 'ed25519' && verifier.name === checkpoint.origin,
  )
  if (!byTheLog) {
    throw new NoteError('no-known-signature', `no known key of ${checkpoint.origin} signed this`)
  }
  const cosigners = signatures
    .map(({ verifier }) => verifier)
    .filter(({ kind }) => kind === 'cosignature')
  return { checkpoint, cosigners, signatures, unknown }
}
