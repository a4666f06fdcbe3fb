/** Keys that are trusted: a file with one vkey a line. Which key may sign what follows from its name and its kind. */
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { type NoteVerifier, verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { BundleError } from './bundle-error.ts'
import { textIn } from './text.ts'

export interface TrustedKeys {
  /** For a checkpoint of this origin: the log's own keys, and every witness. */
  ofLog(origin: string): readonly NoteVerifier[]
  /** The public keys of hearings of this ledger, each under the name of one of them. */
  ofHearing(base: string, hearing: string): readonly NoteVerifier[]
}

/** Origin of a ledger, whatever epoch its checkpoint is of. */
export const baseOrigin = (origin: string): string => originParts(origin).base

/** The epoch of an origin, 1 where it names none. */
export const epochOf = (origin: string): number => originParts(origin).epoch

function originParts(origin: string): { readonly base: string; readonly epoch: number } {
  const [, base = origin, digits] = /^(.*)\/epoch\/([2-9]|[1-9]\d+)$/.exec(origin) ?? []
  const epoch = Number(digits ?? 1)
  return Number.isSafeInteger(epoch) ? { base, epoch } : { base: origin, epoch: 1 }
}

export const hearingOrigin = (base: string, hearing: string): string => `${base}/hearing/${hearing}`

/**
 * @param where what the file is called, for the message.
 * @throws BundleError bad-trust.
 */
export function readTrust(bytes: Uint8Array, where: string): TrustedKeys {
  const verifiers = linesOf(bytes, where).map((line, index) => verifierIn(line, index, where))
  const logKeys = verifiers.filter(({ kind }) => kind === 'ed25519')
  const witnesses = distinct(verifiers.filter(({ kind }) => kind === 'cosignature'))
  const ofHearings = new Map<string, readonly NoteVerifier[]>()
  return {
    ofLog: (origin) => [
      // The key of a hearing speaks for that hearing and for no ledger.
      ...distinct(logKeys.filter(({ name }) => name === origin && !OF_HEARING.test(origin))),
      ...witnesses,
    ],
    ofHearing(base, hearing) {
      const origin = hearingOrigin(base, hearing)
      const known = ofHearings.get(origin)
      if (known !== undefined) return known
      const of = logKeys.filter(({ name }) => name.startsWith(`${base}/hearing/`))
      const keys = new Set(of.map(({ vkey }) => publicKeyIn(vkey)))
      const found = [...keys].map((key) => verifierOf(vkeyOf(origin, Buffer.from(key, 'base64'))))
      ofHearings.set(origin, found)
      return found
    },
  }
}

const OF_HEARING = /\/hearing\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/|$)/

/**
 * Keys that nobody vouches for: those of the ledger itself and of its witnesses, and for a hearing whatever its seals name.
 * @param hearings public keys (base64) by hearing; may grow while it is used.
 */
export function claimedKeys(
  log: readonly string[],
  hearings: ReadonlyMap<string, ReadonlySet<string>>,
): TrustedKeys {
  const verifiers = log.map(verifierOf)
  return {
    ofLog: (origin) =>
      distinct(verifiers.filter(({ name, kind }) => name === origin || kind === 'cosignature')),
    ofHearing: (base, hearing) =>
      [...(hearings.get(hearing) ?? [])].map((key) =>
        verifierOf(vkeyOf(hearingOrigin(base, hearing), Buffer.from(key, 'base64'))),
      ),
  }
}

function linesOf(bytes: Uint8Array, where: string): readonly string[] {
  const text = textIn(bytes)
  if (text === undefined || !text.endsWith('\n'))
    throw new BundleError(
      'bad-trust',
      `${where} is no list of keys: one on each line, each line ended.`,
    )
  return text.slice(0, -1).split('\n')
}

function verifierIn(line: string, index: number, where: string): NoteVerifier {
  try {
    return verifierOf(line)
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
    throw new BundleError('bad-trust', `Line ${index + 1} of ${where} is no public key (vkey).`, {
      cause,
    })
  }
}

/** The base64 of a public key, which may hold a plus itself, without the byte that tells its kind. */
export function publicKeyIn(vkey: string): string {
  const encoded = vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1) + 1)
  return Buffer.from(encoded, 'base64').subarray(1).toString('base64')
}

const distinct = (verifiers: readonly NoteVerifier[]): readonly NoteVerifier[] => [
  ...new Map(verifiers.map((one) => [one.vkey, one])).values(),
]
