/** The listeners of one store. A wake-up is a hint, so many may fall together into one. */
export interface Wakes {
  add(wake: () => void): () => void
  /** Calls every listener soon, once, however often it is asked meanwhile. */
  wake(): void
  clear(): void
}

export function wakeList(): Wakes {
  const wakes = new Map<symbol, () => void>()
  let asked = false
  return {
    add: (wake) => {
      const key = Symbol('wake')
      wakes.set(key, wake)
      return () => {
        wakes.delete(key)
      }
    },
    wake: () => {
      if (asked) return
      asked = true
      setImmediate(() => {
        asked = false
        for (const wake of [...wakes.values()]) wake()
      })
    },
    clear: () => wakes.clear(),
  }
}
