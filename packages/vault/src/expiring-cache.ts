/** A cache of promises: one load per key at a time, forgotten after `liveMs`, when it fails, and when it is full. */
export function expiringCache<Value>(limits: {
  readonly liveMs: number
  readonly entriesMax: number
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}) {
  const { liveMs, entriesMax, now = () => performance.now() } = limits
  const entries = new Map<string, { readonly until: number; readonly value: Promise<Value> }>()

  function keep(key: string, value: Promise<Value>): Promise<Value> {
    entries.delete(key)
    entries.set(key, { until: now() + liveMs, value })
    const oldest = entries.keys().next()
    if (entries.size > entriesMax && !oldest.done) entries.delete(oldest.value)
    value.catch(() => {
      if (entries.get(key)?.value === value) entries.delete(key)
    })
    return value
  }

  return {
    get(key: string, load: () => Promise<Value>): Promise<Value> {
      const found = entries.get(key)
      return found !== undefined && now() < found.until ? found.value : keep(key, load())
    },
    clear: (): void => entries.clear(),
  }
}
