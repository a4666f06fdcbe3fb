/**
 * Many followers of one store, one read: projections and relays that are level with the log share what was appended
 * last, and those that are behind read past the cache until they have caught up. What was appended through it is not read
 * again at all, as long as nobody else's entry came in between.
 */
import type { AppendResult, EventStore, NewEntry, Position, StoredEntry } from './port.ts'

export interface CachedTailOptions {
  /** About how many of the last entries are kept; at least one read's worth is. */
  readonly entries: number
  /** And about how many bytes of them; 16 MiB by default. */
  readonly bytes?: number
}

const READ_ENTRIES = 500

/**
 * The same store with `readAll` and `head` shared. Their promise is unchanged: an answer holds everything that was
 * durable when the caller asked, in order, never past a hole. A caller therefore only ever joins a read that has not
 * begun yet.
 */
export function cachedTail(store: EventStore, options: CachedTailOptions): EventStore {
  const tail = keptTail(store, options)
  const refill = shared(async () => {
    const fresh = await store.readAll(tail.end(), READ_ENTRIES)
    // What was appended here meanwhile stands already.
    tail.add(fresh.filter(({ position }) => store.compare(position, tail.end()) > 0))
  })
  const begin = shared(async () => {
    if (!tail.began()) tail.begin(await store.head())
  })

  return {
    async append(stream, expected, entries) {
      const result = await store.append(stream, expected, entries)
      const [only] = entries
      if (result.kind === 'appended' && entries.length === 1 && only !== undefined)
        tail.follow(result.previous, { ...storedPart(only), ...placeOf(stream, result) })
      return result
    },
    readStream: store.readStream,
    head: shared(store.head),
    compare: store.compare,
    onAppended: store.onAppended,
    raiseFence: store.raiseFence,
    halt: store.halt,
    resume: store.resume,
    halted: store.halted,
    close: store.close,
    async readAll(from, limit) {
      if (!tail.began()) await begin()
      if (store.compare(from, tail.end()) === 0) await refill()
      const outside = store.compare(from, tail.start()) < 0 || store.compare(from, tail.end()) > 0
      return outside ? store.readAll(from, limit) : tail.after(from, limit)
    },
  }
}

/** An entry of an append without what is not kept of it. */
const storedPart = ({ id, type, dossier, bytes }: NewEntry) => ({ id, type, dossier, bytes })
const placeOf = (
  stream: string,
  { position, revision }: Extract<AppendResult, { kind: 'appended' }>,
) => ({
  stream,
  position,
  revision,
})

/** The entries after `start()` up to `end()`, without a hole. */
function keptTail(store: EventStore, options: CachedTailOptions) {
  const bytesMax = options.bytes ?? 16 * 1_048_576
  let start: Position | undefined
  let entries: StoredEntry[] = []
  let bytes = 0

  const begun = (): Position => {
    if (start === undefined) throw new TypeError('the tail has not begun')
    return start
  }

  const end = (): Position => entries.at(-1)?.position ?? begun()

  function trim(): void {
    if (entries.length <= options.entries && bytes <= bytesMax) return
    let drop = 0
    while (drop < entries.length - READ_ENTRIES && tooMuch(drop)) {
      bytes -= entries[drop]?.bytes.length ?? 0
      drop += 1
    }
    start = entries[drop - 1]?.position ?? start
    entries = entries.slice(drop)
  }

  /** Down to three quarters, so that a full cache is not copied for each new entry. */
  const tooMuch = (dropped: number) =>
    entries.length - dropped > options.entries * 0.75 || bytes > bytesMax * 0.75

  return {
    began: () => start !== undefined,
    begin: (position: Position) => {
      start = position
    },
    start: begun,
    end,
    add(fresh: readonly StoredEntry[]) {
      for (const entry of fresh) {
        entries.push(entry)
        bytes += entry.bytes.length
      }
      trim()
    },
    /** Adds the entry where it stands right after the end. */
    follow(previous: Position, entry: StoredEntry) {
      if (start === undefined || store.compare(previous, end()) !== 0) return
      entries.push(entry)
      bytes += entry.bytes.length
      trim()
    },
    after(from: Position, limit: number): readonly StoredEntry[] {
      let low = 0
      let high = entries.length
      while (low < high) {
        const middle = (low + high) >> 1
        const position = entries[middle]?.position ?? from
        if (store.compare(position, from) > 0) high = middle
        else low = middle + 1
      }
      return entries.slice(low, low + limit)
    },
  }
}

/** One call at a time; whoever asks while one runs shares the next, which begins after they asked. */
function shared<Result>(call: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | undefined
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        const result = call()
        running = result
        return result
      })
    return next
  }
}
