/**
 * Appends that wait while a batch is being committed. No timer: an append that finds nothing in flight goes in this
 * turn of the event loop, and whatever arrives meanwhile forms the next batch.
 */
import { type AppendResult, type Expected, type NewEntry, StoreError } from './port.ts'

export interface PendingAppend {
  readonly stream: string
  readonly expected: Expected
  readonly entries: readonly NewEntry[]
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: StoreError) => void
}

export interface BatchQueue {
  /** @throws StoreError queue-full. */
  add(pending: PendingAppend): void
  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void>
}

const BATCH_ENTRIES_MAX = 256
const BATCH_BYTES_MAX = 1_048_576

/** `commit` settles every member itself and never rejects. */
export function batchQueue(
  commit: (batch: readonly PendingAppend[]) => Promise<void>,
  limits: {
    readonly waitingMax: number
    /** What an entry adds to the statement. */
    readonly bytesOf: (entry: NewEntry) => number
  },
): BatchQueue {
  const { waitingMax, bytesOf } = limits
  const waiting: PendingAppend[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    do {
      // Lets those who were just answered queue their next append, and falls together what one turn brought.
      await nextTurn()
      await commit(waiting.splice(0, batchLength(waiting, bytesOf)))
    } while (waiting.length > 0)
    running = undefined
  }

  return {
    add(pending) {
      if (waiting.length >= waitingMax)
        throw new StoreError('queue-full', `${waitingMax} appends are waiting`)
      waiting.push(pending)
      running ??= run()
    },
    async drained() {
      while (running !== undefined) await running
    },
  }
}

/** How many of those in front go together; always at least one. */
function batchLength(
  waiting: readonly PendingAppend[],
  bytesOf: (entry: NewEntry) => number,
): number {
  let entries = 0
  let bytes = 0
  for (const [index, pending] of waiting.entries()) {
    entries += pending.entries.length
    for (const entry of pending.entries) bytes += bytesOf(entry)
    if (index > 0 && (entries > BATCH_ENTRIES_MAX || bytes > BATCH_BYTES_MAX)) return index
  }
  return waiting.length
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
