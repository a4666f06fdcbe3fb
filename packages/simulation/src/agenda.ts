/** What is still to be done, by simulated time. */
export interface Agenda<Act> {
  add(at: string, act: Act): void
  /** Takes all acts of the earliest slot that has any; undefined when nothing is left. */
  next(): { readonly at: string; readonly acts: readonly Act[] } | undefined
  readonly size: number
}

/** Acts within one slot happen at its end, together: nothing in it may depend on another act of the same slot. */
export function agenda<Act>(slotMs: number): Agenda<Act> {
  const slots = new Map<number, Act[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    add(at, act) {
      const slot = Math.floor(Date.parse(at) / slotMs)
      const acts = slots.get(slot) ?? []
      acts.push(act)
      slots.set(slot, acts)
      size += 1
    },
    next() {
      if (slots.size === 0) return undefined
      const first = Math.min(...slots.keys())
      const acts = slots.get(first) ?? []
      slots.delete(first)
      size -= acts.length
      return { at: new Date((first + 1) * slotMs - 1).toISOString(), acts }
    },
  }
}
