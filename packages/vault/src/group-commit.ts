/**
 * Many waiters, one statement: while one group is on its way the next fills. No timer: whoever finds nothing in flight
 * goes in this turn of the event loop. A group fails as a whole, so an item is checked before it is given.
 */
export interface GroupLimits<Item> {
  readonly itemsMax: number
  readonly bytesMax: number
  /** Waiting items beyond this are refused with what `full` makes. */
  readonly waitingMax: number
  readonly full: () => Error
  readonly bytesOf: (item: Item) => number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (cause: unknown) => void
}

/** `commit` gives one result per item, in the same order. */
export function groupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: GroupLimits<Item>,
) {
  const waiting: Waiting<Item, Result>[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    do {
      await nextTurn()
      await settle(waiting.splice(0, groupLength(waiting, limits)))
    } while (waiting.length > 0)
    running = undefined
  }

  async function settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await commit(group.map((one) => one.item))
      for (const [index, result] of results.entries()) group[index]?.resolve(result)
    } catch (cause) {
      for (const one of group) one.reject(cause)
    }
  }

  return {
    add: (item: Item): Promise<Result> =>
      new Promise((resolve, reject) => {
        if (waiting.length >= limits.waitingMax) throw limits.full()
        waiting.push({ item, resolve, reject })
        running ??= run()
      }),
    /** Resolves when nothing waits and nothing is on its way. */
    async drained(): Promise<void> {
      while (running !== undefined) await running
    },
  }
}

/** How many of those in front go together; always at least one. */
function groupLength<Item>(
  waiting: readonly { readonly item: Item }[],
  limits: GroupLimits<Item>,
): number {
  let bytes = 0
  for (const [index, { item }] of waiting.entries()) {
    bytes += limits.bytesOf(item)
    if (index > 0 && (index >= limits.itemsMax || bytes > limits.bytesMax)) return index
  }
  return waiting.length
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
