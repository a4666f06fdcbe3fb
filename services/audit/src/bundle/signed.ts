/** Signed checkpoints out of a bundle: what has not the form of one is broken input, what has it may still not hold. */
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { NoteError, type NoteVerifier, signaturesOf } from '@wederhoor/ledger/signed-note'
import { BundleError, type Disproof, disproof } from './bundle-error.ts'
import { textIn } from './text.ts'

export interface Signed {
  readonly checkpoint: Checkpoint
  /** The signed note, verbatim. */
  readonly note: string
  /** Trusted witnesses that cosigned it. */
  readonly witnesses: number
}

/**
 * @param where what the file is called, for messages.
 * @param keysOf whom to believe about a checkpoint of an origin.
 * @throws BundleError malformed.
 */
export function openSigned(
  note: string,
  where: string,
  keysOf: (origin: string) => readonly NoteVerifier[],
): Signed | Disproof {
  const { origin } = formOf(note, where)
  const keys = keysOf(origin)
  if (!keys.some(({ name }) => name === origin))
    return disproof(`None of the trusted keys may sign for ${origin}, which ${where} is of.`)
  try {
    const { checkpoint, cosigners } = openCheckpoint(note, keys)
    return { checkpoint, note, witnesses: cosigners.length }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    const what =
      error.code === 'bad-signature'
        ? 'carries a signature that is wrong'
        : 'is not signed by a trusted key of its log'
    return disproof(`${where} ${what}.`)
  }
}

/** Bytes of a note as text. @throws BundleError malformed. */
export function noteIn(bytes: Uint8Array, where: string): string {
  const text = textIn(bytes)
  if (text === undefined) throw notSigned(where)
  return text
}

/** Nobody has vouched for it yet. @throws BundleError malformed. */
function formOf(note: string, where: string): Checkpoint {
  try {
    assertOneEach(signaturesOf(note))
    return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
  } catch (cause) {
    if (cause instanceof LedgerFormatError && cause.code === 'size-too-large')
      throw new BundleError('malformed', `${where} is of a tree larger than 2^53 − 1.`, { cause })
    if (cause instanceof LedgerFormatError || cause instanceof NoteError)
      throw notSigned(where, cause)
    throw cause
  }
}

/** Of two signatures by one key the readers of others look at the first only. @throws NoteError */
function assertOneEach(lines: readonly string[]): void {
  const keys = lines.map((line) => {
    const [, name, encoded = ''] = line.split(' ')
    return `${name} ${Buffer.from(encoded, 'base64').toString('hex', 0, KEY_ID_BYTES)}`
  })
  if (new Set(keys).size < keys.length)
    throw new NoteError('malformed', 'one key has signed this note twice')
}

const KEY_ID_BYTES = 4

const notSigned = (where: string, cause?: unknown): BundleError =>
  new BundleError('malformed', `${where} is no signed checkpoint.`, { cause })
