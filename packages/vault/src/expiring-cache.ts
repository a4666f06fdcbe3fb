/**
 * A cache of promises: one load per key at a time, forgotten after `liveMs`, when it fails, and when it is full. What has
 * expired is let go of even when nobody asks again.
 */
export function expiringCache<Value>(limits: {
  readonly liveMs: number
  readonly entriesMax: number
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}) {
  const { liveMs, entriesMax, now = () => performance.now() } = limits
  const entries = new Map<string, { readonly until: number; readonly value: Promise<Value> }>()
  let timer: NodeJS.Timeout | undefined

  function keep(key: string, value: Promise<Value>): Promise<Value> {
    entries.delete(key)
    entries.set(key, { until: now() + liveMs, value })
    const oldest = entries.keys().next()
    if (entries.size > entriesMax && !oldest.done) entries.delete(oldest.value)
    value.catch(() => {
      if (entries.get(key)?.value === value) entries.delete(key)
    })
    timer ??= setTimeout(sweep, liveMs).unref()
    return value
  }

  /** All live equally long, so they stand in the order in which they expire. */
  function sweep(): void {
    timer = undefined
    for (const [key, { until }] of entries) {
      if (now() < until) {
        timer = setTimeout(sweep, until - now()).unref()
        return
      }
      entries.delete(key)
    }
  }

  function clear(): void {
    clearTimeout(timer)
    timer = undefined
    entries.clear()
  }

  return {
    get(key: string, load: () => Promise<Value>): Promise<Value> {
      const found = entries.get(key)
      return found !== undefined && now() < found.until ? found.value : keep(key, load())
    },
    /** Nothing happens where it is not kept. A load that is on its way is forgotten as well. */
    forget: (key: string): void => void entries.delete(key),
    clear,
    /** How many are held. */
    size: (): number => entries.size,
  }
}
