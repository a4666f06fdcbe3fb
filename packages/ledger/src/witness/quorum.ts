/** A quorum: k of n keys of witnesses, each counted once however often it signed. */
import assert from 'node:assert/strict'
import type { NoteVerifier } from '../signed-note.ts'

export interface Quorum {
  /** From 1 to the number of witnesses. */
  readonly k: number
  /** Keys of witnesses, each another one. */
  readonly witnesses: readonly NoteVerifier[]
}

/** What is wrong with it in one sentence, or nothing. */
export function quorumFault({ k, witnesses }: Quorum): string | undefined {
  if (witnesses.some(({ kind }) => kind !== 'cosignature'))
    return 'The key of a witness is of type 0x04: the one given is of another kind.'
  if (new Set(witnesses.map(publicKeyIn)).size !== witnesses.length)
    return 'Each witness has a key of its own: one is named twice.'
  if (!Number.isSafeInteger(k) || k < 1 || k > witnesses.length)
    return `A quorum of ${witnesses.length} witnesses is a number from 1 to ${witnesses.length}.`
  return undefined
}

/** Whether enough of them cosigned. @param cosigners vkeys; those of strangers do not count. */
export function isQuorum({ k, witnesses }: Quorum, cosigners: Iterable<string>): boolean {
  assert(k >= 1, 'nobody is no quorum')
  const all = new Set(cosigners)
  return witnesses.filter(({ vkey }) => all.has(vkey)).length >= k
}

/** Whatever the name: one key under two names is one witness. */
const publicKeyIn = ({ vkey, name, keyId }: NoteVerifier): string =>
  vkey.slice(name.length + keyId.length + 2)
