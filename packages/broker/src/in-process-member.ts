/** One member of a group of the embedded broker: owns partitions, reads them, hands over, commits. */
import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import {
  claimPartitions,
  commitOffset,
  type Member,
  readDeliveries,
  readLag,
  releasePartitions,
  removeMember,
} from './in-process-tables.ts'
import type { Delivery, Subscription } from './port.ts'

const FETCH = 100
/** How long a busy partition may go on without writing down how far it came. */
const COMMIT_MS = 1_000
const RETRY_MS = 200
const RETRY_MAX_MS = 2_000

interface Partition {
  readonly topic: string
  readonly partition: number
  /** The next offset to hand over. */
  next: number
  failures: number
  retryAt: number
  draining: Promise<void> | undefined
  /** Another member owns it, or shall. */
  lost: boolean
}

export interface GroupMember extends Subscription {
  /** Looks for messages now. */
  wake(): void
}

export async function joinGroup(parts: {
  readonly pool: Pool
  readonly group: string
  readonly topics: readonly string[]
  readonly handle: (delivery: Delivery) => Promise<void>
  /** The newest known end of a partition. */
  readonly endOf: (topic: string, partition: number) => number
  readonly leaseMs: number
  readonly concurrency: number
}): Promise<GroupMember> {
  const { pool, topics, handle, endOf, leaseMs, concurrency } = parts
  const self: Member = { group: parts.group, member: randomUUID(), topics }
  const partitions = new Map<string, Partition>()
  /** Given up or lost while a handler was at work: must not begin anew here before that one is done. */
  const leaving = new Set<string>()
  let closing = false
  /** Whatever is at work, also for partitions that are leaving. */
  const drains = new Set<Promise<void>>()
  let claiming: Promise<void> = Promise.resolve()

  async function claim(): Promise<void> {
    const { owned, share } = await claimPartitions(pool, self, leaseMs)
    const names = new Set(owned.map(nameOf))
    for (const [name, partition] of partitions) {
      if (!names.has(name)) leave(partition, async () => undefined)
    }
    for (const { topic, partition, committed } of owned) {
      const name = nameOf({ topic, partition })
      if (partitions.has(name) || leaving.has(name)) continue
      const fresh = { next: committed, failures: 0, retryAt: 0, draining: undefined, lost: false }
      partitions.set(name, { topic, partition, ...fresh })
    }
    giveUp(partitions.size - share)
    wake()
  }

  /** Hands back what is above the share, idle partitions first; one that is busy goes when its handler is done. */
  function giveUp(surplus: number): void {
    if (surplus <= 0) return
    const idleFirst = [...partitions.values()].sort(
      (left, right) => Number(left.draining !== undefined) - Number(right.draining !== undefined),
    )
    for (const partition of idleFirst.slice(0, surplus)) {
      leave(partition, () => releasePartitions(pool, self, [partition]))
    }
  }

  /** Not awaited: a blocked handler must not keep the member from saying that it lives. */
  function leave(partition: Partition, afterwards: () => Promise<void>): void {
    const name = nameOf(partition)
    partition.lost = true
    partitions.delete(name)
    leaving.add(name)
    Promise.resolve(partition.draining)
      .then(afterwards)
      .catch(ignoreUntilNextClaim)
      .finally(() => leaving.delete(name))
  }

  function wake(): void {
    for (const [name, partition] of partitions) {
      if (closing || drains.size >= concurrency) return
      if (partition.draining !== undefined || Date.now() < partition.retryAt) continue
      if (partition.next >= endOf(partition.topic, partition.partition)) continue
      // To the end of the line, so that a busy partition does not starve the others.
      partitions.delete(name)
      partitions.set(name, partition)
      const work = drain(partition).finally(() => {
        drains.delete(work)
        partition.draining = undefined
        wake()
      })
      drains.add(work)
      partition.draining = work
    }
  }

  async function drain(partition: Partition): Promise<void> {
    const stopped = () => closing || partition.lost
    let committed = partition.next
    let committedAt = Date.now()
    const commit = async () => {
      if (partition.next === committed) return
      const next = {
        topic: partition.topic,
        partition: partition.partition,
        offset: partition.next,
      }
      if (!(await commitOffset(pool, self, next))) partition.lost = true
      committed = partition.next
      committedAt = Date.now()
    }
    try {
      const place = { topic: partition.topic, partition: partition.partition, from: partition.next }
      for (const delivery of await readDeliveries(pool, place, FETCH)) {
        if (stopped()) break
        await handle(delivery)
        partition.next = Number(delivery.offset) + 1
        partition.failures = 0
        if (Date.now() - committedAt > COMMIT_MS) await commit()
      }
      await commit()
    } catch {
      partition.failures += 1
      partition.retryAt = Date.now() + Math.min(RETRY_MS * 2 ** partition.failures, RETRY_MAX_MS)
      await commit().catch(ignoreUntilNextClaim)
    }
  }

  const claimSoon = () => {
    claiming = claiming.then(claim).catch(ignoreUntilNextClaim)
    return claiming
  }
  await claim()
  const timer = setInterval(claimSoon, leaseMs / 3)

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    closing = true
    clearInterval(timer)
    await claiming
    await Promise.all(drains)
    await removeMember(pool, self)
  }
  return {
    wake,
    lag: () => readLag(pool, self),
    close() {
      closed ??= close()
      return closed
    },
  }
}

const nameOf = (place: { readonly topic: string; readonly partition: number }) =>
  `${place.topic}/${place.partition}`

/** The database could not: the next claim or poll tries again, and readiness shows the database by itself. */
function ignoreUntilNextClaim(): void {}
