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

/** @param base address of the log: `checkpoint` and `tile/…` are below it. */
export function httpLog(base: string): WatchedLog {
  const at = (path: string): string => `${base.replace(/\/+$/, '')}/${path}`
  return {
    async readCheckpoint() {
      const bytes = await bytesAt(at('checkpoint'))
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
    },
    readTile: (tile) => bytesAt(at(tilePath(tile))),
  }
}

/** Undefined where there is nothing. @throws LogUnreachable. */
async function bytesAt(url: string): Promise<Uint8Array | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(
    (cause: unknown) => {
      throw new LogUnreachable(url, 'no connection', { cause })
    },
  )
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw new LogUnreachable(url, `status ${answer.status}`)
  const bytes = new Uint8Array(
    await answer.arrayBuffer().catch((cause: unknown) => {
      throw new LogUnreachable(url, 'the answer broke off', { cause })
    }),
  )
  if (bytes.length > BYTES_MAX) throw new LogUnreachable(url, `${bytes.length} bytes at once`)
  return bytes
}
