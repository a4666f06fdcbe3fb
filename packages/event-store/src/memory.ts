/** The adapter for tests and for simulation: all in this process, gone with it. */
import type { MemoryKeeper } from './keeper.ts'
import {
  type AppendResult,
  EVIDENCE_CATEGORY,
  type EventStore,
  type Expected,
  type NewEntry,
  type Position,
  type StoredEntry,
  StoreError,
} from './port.ts'
import {
  comparePositions,
  positionNumber,
  positionOf,
  refuseEnclosed,
  validateAppend,
  validateOwner,
  validateReason,
} from './validate.ts'
import { wakeList } from './wakes.ts'

export interface MemoryStoreOptions {
  /** Absent: no clock is compared. Anything with the time as ISO 8601 in UTC, such as the clock of `calendar`. */
  readonly clock?: { now(): Promise<string> }
  /** The categories that may be appended to; absent: all. */
  readonly categories?: readonly string[]
  /** Holds what entries commit to. */
  readonly keeper?: MemoryKeeper
}

/** How far the clock may be behind the head's last time. */
const CLOCK_BEHIND_MS_MAX = 2_000

/** Keeps the port's whole contract, except that nothing outlives the process. Bytes are copied in, shared on reading. */
export function memoryStore(options: MemoryStoreOptions = {}): EventStore {
  const log: StoredEntry[] = []
  const byId = new Map<string, StoredEntry>()
  const streams = new Map<string, StoredEntry[]>()
  const fences = new Map<string, Position>()
  const wakes = wakeList()
  let haltReason: string | undefined
  let recordedAtMs = Number.NEGATIVE_INFINITY
  let closed = false

  const refuseWhenClosed = () => {
    if (closed) throw new StoreError('closed', 'the store is closed')
  }

  function add(stream: string, entries: readonly NewEntry[]): AppendResult {
    const inStream = streams.get(stream) ?? []
    streams.set(stream, inStream)
    const previous = headPosition()
    for (const entry of entries) {
      const stored: StoredEntry = {
        id: entry.id,
        type: entry.type,
        dossier: entry.dossier,
        bytes: Buffer.from(entry.bytes),
        position: String(log.length + 1) as Position,
        stream,
        revision: inStream.length,
      }
      log.push(stored)
      inStream.push(stored)
      byId.set(stored.id, stored)
    }
    wakes.wake()
    return { kind: 'appended', ...lastOf(inStream), previous }
  }

  /** The answer for ids that exist already; undefined when none does. */
  function repeated(stream: string, entries: readonly NewEntry[]): AppendResult | undefined {
    const known = entries.flatMap((entry) => byId.get(entry.id) ?? [])
    if (known.length === 0) return undefined
    const types = new Map(entries.map((entry) => [entry.id, entry.type]))
    const same = known.every((one) => one.stream === stream && one.type === types.get(one.id))
    if (!same || known.length < entries.length)
      throw new StoreError('id-reused', `an id for ${stream} exists as another entry`)
    return { kind: 'already-done', ...lastOf(known.sort((a, b) => a.revision - b.revision)) }
  }

  function refuseFenced(entries: readonly NewEntry[]): void {
    for (const { dossier, owners = [] } of entries) {
      if (owners.some((owner) => fences.has(`${dossier}|${owner}`)))
        throw new StoreError('erased', `an owner in dossier ${dossier} is fenced`)
    }
  }

  function keepEnclosed(entries: readonly NewEntry[]): void {
    const commitments = entries.flatMap(({ dossier, commitments = [] }) =>
      commitments.map((commitment) => ({ ...commitment, dossier })),
    )
    const answer = options.keeper?.keep(commitments)
    if (answer === 'erased')
      throw new StoreError('erased', 'what is enclosed is theirs who was erased')
    if (answer === 'unknown')
      throw new StoreError('invalid-entry', 'an entry commits to what nobody keeps')
  }

  const headPosition = (): Position => positionOf(log.length)

  async function checkClock(): Promise<void> {
    if (options.clock === undefined) return
    const nowMs = Date.parse(await options.clock.now())
    if (recordedAtMs > nowMs + CLOCK_BEHIND_MS_MAX)
      throw new StoreError('clock-behind', 'the clock is behind what was recorded last')
    recordedAtMs = Math.max(recordedAtMs, nowMs)
  }

  return {
    async append(stream, expected, entries) {
      refuseWhenClosed()
      validateAppend(stream, expected, entries)
      if (options.keeper === undefined) refuseEnclosed(entries)
      const category = stream.slice(0, stream.indexOf('-'))
      if (options.categories !== undefined && !options.categories.includes(category))
        throw new StoreError('forbidden-category', `no right to append to ${category}`)
      await checkClock()
      const before = repeated(stream, entries)
      if (before !== undefined) return before
      refuseFenced(entries)
      if (haltReason !== undefined && category !== EVIDENCE_CATEGORY)
        throw new StoreError('halted', `the ledger is halted: ${haltReason}`)
      const actual: Expected = streams.get(stream)?.at(-1)?.revision ?? 'no-stream'
      if (actual !== expected) return { kind: 'conflict', actual }
      keepEnclosed(entries)
      return add(stream, entries)
    },
    async readStream(stream, fromRevision = 0) {
      refuseWhenClosed()
      return streams.get(stream)?.slice(fromRevision) ?? []
    },
    async readAll(from, limit) {
      refuseWhenClosed()
      const after = Number(positionNumber(from))
      return log.slice(after, after + limit)
    },
    async head() {
      refuseWhenClosed()
      return headPosition()
    },
    compare: comparePositions,
    onAppended: wakes.add,
    async raiseFence(owner) {
      refuseWhenClosed()
      validateOwner(owner)
      const name = `${owner.dossier}|${owner.owner}`
      const raised = fences.get(name) ?? headPosition()
      fences.set(name, raised)
      return raised
    },
    async halt(reason) {
      refuseWhenClosed()
      validateReason(reason)
      haltReason ??= reason
    },
    async resume() {
      refuseWhenClosed()
      haltReason = undefined
    },
    async halted() {
      refuseWhenClosed()
      return haltReason
    },
    async close() {
      closed = true
      wakes.clear()
    },
  }
}

function lastOf(entries: readonly StoredEntry[]): { position: Position; revision: number } {
  const last = entries.at(-1)
  if (last === undefined) throw new TypeError('no entries')
  return { position: last.position, revision: last.revision }
}
