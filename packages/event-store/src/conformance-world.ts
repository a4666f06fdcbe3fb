/** What the conformance suite needs from an adapter, and the entries it appends. */
import { expect } from 'vitest'
import {
  type EventStore,
  type NewEntry,
  type Position,
  START,
  type StoredEntry,
  StoreError,
  type StoreErrorCode,
} from './port.ts'

export interface StoreOptions {
  readonly clock?: { now(): Promise<string> }
}

export interface ConformanceWorld {
  /** Another store object on the same ledger, as a second process would have; memory has only one. */
  open(options?: StoreOptions): EventStore
  /** Closes what was opened. */
  dispose(): Promise<void>
}

let made = 0

/** A UUID that no other call gave; the same in every run of one file. */
export function nextId(): string {
  made += 1
  return `00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`
}

export function anEntry(part: Partial<NewEntry> = {}): NewEntry {
  const id = part.id ?? nextId()
  return { id, type: 'Happened', dossier: null, bytes: Buffer.from(`{"id":"${id}"}`), ...part }
}

export const someEntries = (count: number): readonly NewEntry[] =>
  Array.from({ length: count }, () => anEntry())

/** Everything after `from`, read page by page. */
export async function readEverything(
  store: EventStore,
  from: Position = START,
  limit = 100,
): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = []
  for (;;) {
    const page = await store.readAll(all.at(-1)?.position ?? from, limit)
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** In strictly rising positions, every stream's revisions in order from 0 without a gap, no id twice. */
export function expectWholeLog(entries: readonly StoredEntry[], store: EventStore): void {
  const next = new Map<string, number>()
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1]
    if (before !== undefined) expect(store.compare(before.position, entry.position)).toBeLessThan(0)
    expect(entry.revision).toBe(next.get(entry.stream) ?? 0)
    next.set(entry.stream, entry.revision + 1)
  }
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
}

export async function expectRefusal(promise: Promise<unknown>, code: StoreErrorCode) {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(StoreError)
  expect(failure).toMatchObject({ code })
}
