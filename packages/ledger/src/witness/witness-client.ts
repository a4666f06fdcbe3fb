/** Asks a witness to cosign a checkpoint: c2sp.org/tlog-witness, `add-checkpoint`. */
import assert from 'node:assert/strict'
import { parseSize } from '../checkpoint.ts'
import { formatConsistency } from '../consistency-body.ts'
import { checkpointIn } from '../integration.ts'
import { LedgerFormatError } from '../ledger-format-error.ts'
import { NoteError, type NoteVerifier, noteOfBytes, openNote } from '../signed-note.ts'
import { WitnessError } from './witness-error.ts'

export interface Witness {
  /** Of kind `cosignature`. */
  readonly verifier: NoteVerifier
  /** `http` or `https`; `/add-checkpoint` is added to its path. */
  readonly url: string
}

export interface CheckpointToWitness {
  /** A checkpoint as the log signed it, verbatim. */
  readonly note: string
  /** The size that the witness is believed to have cosigned last; 0 when nothing is known. */
  readonly old: number
  /** The consistency proof from an older size to the checkpoint's. */
  readonly proof: (from: number) => Promise<readonly Uint8Array[]>
  /** For each request, its answer included. */
  readonly timeoutMs: number
  /** Ends a request that is under way. */
  readonly signal?: AbortSignal
}

export interface Cosignature {
  /** One signature line as it stands in a note, without its line feed, verified. */
  readonly line: string
  /** Unix seconds, by the witness's clock. */
  readonly at: number
}

/** c2sp.org/tlog-witness: more lines are refused. */
const PROOF_LINES_MAX = 63
const ANSWER_BYTES_MAX = 32_768
/** Somebody else may show it newer checkpoints of ours meanwhile. */
const CONFLICTS_MAX = 3

/**
 * The witness's cosignature, verified under its key; lines of other keys in the answer count for nothing. Where it knows
 * another size than was believed, it is asked again from there.
 * @throws WitnessError; and what `proof` throws.
 */
export async function addCheckpoint(
  witness: Witness,
  asked: CheckpointToWitness,
): Promise<Cosignature> {
  const { size } = checkpointIn(asked.note)
  let old = asked.old
  for (let conflicts = 0; conflicts <= CONFLICTS_MAX; conflicts += 1) {
    if (old > size) throw ahead(witness, old)
    const proof = await asked.proof(old)
    assert(proof.length <= PROOF_LINES_MAX, 'no tree has longer paths')
    const body = formatConsistency({ old, proof, checkpoint: asked.note })
    const { status, type, bytes } = await post(witness, body, asked)
    if (status === 200) return cosignatureIn(witness, asked.note, bytes)
    if (status !== 409) throw refusalOf(witness, status)
    const known = knownSizeIn(witness, type, bytes)
    // So a witness says that at the size it knows it cosigned another root.
    if (known === old && old === size) throw otherTree(witness)
    if (known === old) throw badAnswer(witness, 'it denies the size that it says it knows')
    old = known
  }
  throw badAnswer(witness, 'the size that it knows keeps changing')
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly bytes: Uint8Array
}

async function post(
  { url, verifier: { name } }: Witness,
  body: string,
  { timeoutMs, signal }: CheckpointToWitness,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      // A witness is where its operator says it is.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, type, bytes: await bounded(response, name) }
  } catch (cause) {
    if (cause instanceof WitnessError) throw cause
    if (timeout.aborted)
      throw new WitnessError('timeout', `${name} did not answer within ${timeoutMs} ms.`, { cause })
    throw new WitnessError('unreachable', `${name} cannot be reached.`, { cause })
  }
}

async function bounded(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    // Leaving the loop ends the connection.
    if (length > ANSWER_BYTES_MAX)
      throw new WitnessError('bad-answer', `${name} answers more than ${ANSWER_BYTES_MAX} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Each line by itself, so that a line of an unknown key, or of an unknown kind, spoils no other. */
function cosignatureIn({ verifier }: Witness, note: string, bytes: Uint8Array): Cosignature {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  let found: Cosignature | undefined
  try {
    const answer = noteOfBytes(bytes)
    if (!answer.endsWith('\n')) throw new NoteError('malformed', 'the last line has no end')
    for (const line of answer.slice(0, -1).split('\n')) {
      const at = timeOf(verifier, `${text}\n${line}\n`)
      if (at !== undefined) found ??= { line, at }
    }
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause
    if (cause.code === 'malformed')
      throw new WitnessError('bad-answer', `${verifier.name} did not answer signature lines.`, {
        cause,
      })
    throw new WitnessError('wrong-cosignature', `A cosignature of ${verifier.name} is wrong.`, {
      cause,
    })
  }
  if (found !== undefined) return found
  throw new WitnessError(
    'wrong-cosignature',
    `${verifier.name} answered without a cosignature of the key that is trusted for it.`,
  )
}

/** Nothing for a signature of another key. @throws NoteError malformed, bad-signature. */
function timeOf(verifier: NoteVerifier, note: string): number | undefined {
  try {
    return openNote(note, [verifier]).signatures[0]?.at
  } catch (error) {
    if (error instanceof NoteError && error.code === 'no-known-signature') return undefined
    throw error
  }
}

function knownSizeIn(witness: Witness, type: string, bytes: Uint8Array): number {
  const [, digits] = /^(0|[1-9]\d*)\n$/.exec(Buffer.from(bytes).toString('latin1')) ?? []
  if (!/^text\/x\.tlog\.size\s*(?:;|$)/i.test(type) || digits === undefined)
    throw badAnswer(witness, 'a conflict that does not say which size it knows')
  try {
    return parseSize(digits)
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
    throw badAnswer(witness, 'a size that no log has')
  }
}

function refusalOf(witness: Witness, status: number): WitnessError {
  const { name } = witness.verifier
  if (status === 422) return otherTree(witness)
  if (status === 404) return new WitnessError('unknown-log', `${name} was not told of this log.`)
  if (status === 403)
    return new WitnessError('unknown-key', `${name} was not told of the key that signs.`)
  if (status === 400)
    return new WitnessError('bad-request', `${name} does not understand the request.`)
  if (status >= 500) return new WitnessError('failing', `${name} fails with status ${status}.`)
  return badAnswer(witness, `status ${status}`)
}

const otherTree = ({ verifier: { name } }: Witness): WitnessError =>
  new WitnessError('other-tree', `${name} cosigned a tree that ours did not grow from.`)

const ahead = ({ verifier: { name } }: Witness, knownSize: number): WitnessError =>
  new WitnessError('ahead', `${name} cosigned size ${knownSize}, and ours is smaller.`, {
    knownSize,
  })

const badAnswer = ({ verifier: { name } }: Witness, what: string): WitnessError =>
  new WitnessError('bad-answer', `${name} answered what the protocol does not know: ${what}.`)
