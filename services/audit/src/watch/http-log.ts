/** A log over its public read interface (C2SP tlog-tiles): what anybody may read of it. */
import { tilePath } from '@wederhoor/ledger/tile'
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
 * @param base address of the log: `checkpoint` and `tile/…` are below it.
 */
export function httpLog(base: string, answerMsMax = ANSWER_MS_MAX): WatchedLog {
  const at = (path: string): string => `${base.replace(/\/+$/, '')}/${path}`
  return {
    async readCheckpoint() {
      const bytes = await bytesAt(at('checkpoint'), answerMsMax)
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
    },
    readTile: (tile) => bytesAt(at(tilePath(tile)), answerMsMax),
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
