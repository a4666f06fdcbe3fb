/** A log over its public read interface (C2SP tlog-tiles): what anybody may read of it. */
import { tilePath } from '@wederhoor/ledger/tile'
import { epochOf } from '../bundle/trust.ts'
import type { WatchedLog } from './follow.ts'

/** The log did not answer, or not as a log does. Not an incident: tried again. */
export class LogUnreachable extends Error {
  readonly code = 'log-unreachable'
  constructor(url: string, why: string, options?: ErrorOptions) {
    super(`${url} does not answer as a log: ${why}.`, options)
    this.name = 'LogUnreachable'
  }
}

const ANSWER_MS_MAX = 10_000
const BYTES_MAX = 65_536

/**
 * Takes no more than 64 KiB of an answer, and no longer than 10 s: whoever is watched may mean ill.
 * Goes over to the newest epoch that the log names in `epochs`, each at an address of its own.
 * @param base address of the log: `checkpoint` and `tile/…` are below it.
 */
export function httpLog(base: string, answerMsMax = ANSWER_MS_MAX): WatchedLog {
  const root = base.replace(/(?:\/epoch\/\d+)?\/*$/, '')
  const given = base.replace(/\/+$/, '')
  /** Of the checkpoint that was read last: its tiles stand beside it. */
  let address = given

  async function textAt(url: string): Promise<string | undefined> {
    const bytes = await bytesAt(url, answerMsMax)
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  }

  /** The newest epoch, and the one before it while that has no checkpoint; a log that knows no epochs: as given. */
  async function addresses(): Promise<readonly string[]> {
    const list = await textAt(`${root}/epochs`)
    if (list === undefined) return [given]
    const numbers = list.split('\n').slice(0, -1).map(epochOf)
    if (numbers.length === 0) throw new LogUnreachable(`${root}/epochs`, 'no list of epochs')
    const newest = [...new Set(numbers)].sort((one, other) => other - one).slice(0, 2)
    return newest.map((number) => (number === 1 ? root : `${root}/epoch/${number}`))
  }

  return {
    async readCheckpoint() {
      for (const one of await addresses()) {
        const note = await textAt(`${one}/checkpoint`)
        address = one
        if (note !== undefined) return note
      }
      return undefined
    },
    readTile: (tile) => bytesAt(`${address}/${tilePath(tile)}`, answerMsMax),
  }
}

/** Undefined where there is nothing. @throws LogUnreachable. */
async function bytesAt(url: string, answerMsMax: number): Promise<Uint8Array | undefined> {
  // Of the whole answer, its bytes too.
  const signal = AbortSignal.timeout(answerMsMax)
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new LogUnreachable(url, 'no connection', { cause })
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    if (answer.status === 404) return undefined
    throw new LogUnreachable(url, `status ${answer.status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    // Leaving the loop ends the connection.
    for await (const chunk of answer.body ?? []) {
      length += chunk.length
      if (length > BYTES_MAX) break
      chunks.push(chunk)
    }
  } catch (cause) {
    const why = signal.aborted ? 'the answer takes too long' : 'the answer broke off'
    throw new LogUnreachable(url, why, { cause })
  }
  if (length > BYTES_MAX) throw new LogUnreachable(url, `more than ${BYTES_MAX} bytes at once`)
  return Buffer.concat(chunks)
}
