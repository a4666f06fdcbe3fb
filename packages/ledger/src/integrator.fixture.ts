/** A ledger with its tree and guard in memory, in which any step of signing can be made to fail or to be the last one. */
import { memoryStore } from '@wederhoor/event-store/memory'
import type { EventStore, NewEntry, StoredEntry } from '@wederhoor/event-store/port'
import { START } from '@wederhoor/event-store/port'
import { expect } from 'vitest'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { type Integrator, type IntegratorParts, integrator } from './integrator.ts'
import { type Lease, soleLease } from './lease.ts'
import { memoryGuard } from './memory-guard.ts'
import { type MemoryTiles, memoryTiles } from './memory-tiles.ts'
import { treeRoot } from './proof.ts'
import type { SigningRefused } from './refusal.ts'
import { ed25519Signer, type NoteSigner, publicKeyOf, verifierOf } from './signed-note.ts'
import type { SigningGuard } from './signing-guard.ts'
import { tileHashReader } from './tile-hashes.ts'
import { leafHash, rootOf } from './tree.ts'

export const origin = 'ledger.test/log'

let made = 0

export function anEntry(): NewEntry {
  made += 1
  const id = `00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`
  return { id, type: 'Happened', dossier: null, bytes: Buffer.from(`{"id":"${id}"}`) }
}

/** Appends so many entries, each to a stream of its own. */
export async function appendTo(store: EventStore, count: number, category = 'case'): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const entry = anEntry()
    await store.append(`${category}-${entry.id}`, 'no-stream', [entry])
  }
}

export async function everyEntry(store: Pick<EventStore, 'readAll'>) {
  const all: StoredEntry[] = []
  for (;;) {
    const page = await store.readAll(all.at(-1)?.position ?? START, 1_000)
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** The root of RFC 6962 over the first `size` entries, made from all of them. */
export const rootOfEntries = async (store: Pick<EventStore, 'readAll'>, size: number) =>
  rootOf((await everyEntry(store)).slice(0, size).map(({ bytes }) => leafHash(bytes)))

/** A store with the first `size` entries of another: what a backup would give back. */
export async function restored(store: EventStore, size: number): Promise<EventStore> {
  const earlier = memoryStore()
  for (const { stream, revision, id, type, dossier, bytes } of (await everyEntry(store)).slice(
    0,
    size,
  )) {
    const expected = revision === 0 ? 'no-stream' : revision - 1
    await earlier.append(stream, expected, [{ id, type, dossier, bytes }])
  }
  return earlier
}

export const seedOf = (number: number): Uint8Array => Buffer.alloc(32, number)

export interface LedgerTree {
  store: EventStore
  tiles: MemoryTiles
  guard: SigningGuard
  /** Seeds of those who sign, newest first. */
  seeds: Uint8Array[]
  /** Seeds of those who signed before. */
  dropped: Uint8Array[]
  readonly signed: string[]
  readonly refusals: SigningRefused[]
  readonly failures: unknown[]
  /** Those of `seeds`; what they sign is added to `signed`. */
  signers(of: string): Promise<readonly NoteSigner[]>
  /** Another integrator on the same ledger, as a process that starts has. */
  open(part?: Partial<IntegratorParts>): Integrator
  published(): Promise<Checkpoint | undefined>
}

export function ledgerTree(): LedgerTree {
  const tree: LedgerTree = {
    store: memoryStore(),
    tiles: memoryTiles(),
    guard: memoryGuard(),
    seeds: [seedOf(1)],
    dropped: [],
    signed: [],
    refusals: [],
    failures: [],
    signers: async (of) => tree.seeds.map((seed) => noting(ed25519Signer(of, seed))),
    open(part = {}) {
      const { store, tiles, guard } = tree
      return integrator({
        store,
        followed: store,
        tiles,
        guard,
        origin,
        lease: soleLease,
        signers: tree.signers,
        publicKeys: async () => [...tree.seeds, ...tree.dropped].map(publicKeyOf),
        onFailure: (error) => void tree.failures.push(error),
        onRefused: (refusal) => void tree.refusals.push(refusal),
        paceMs: 5,
        pollMs: 20,
        ...part,
      })
    },
    async published() {
      const note = await tree.tiles.readCheckpoint('integrated')
      const vkeys = await tree.tiles.readVkeys()
      return note === undefined ? undefined : openCheckpoint(note, vkeys.map(verifierOf)).checkpoint
    },
  }
  const noting = (signer: NoteSigner): NoteSigner => ({
    ...signer,
    sign(text) {
      if (!tree.signed.includes(text)) tree.signed.push(text)
      return signer.sign(text)
    },
  })
  return tree
}

/** Leases of which one holder has it at a time, and which can be taken away without the holder noticing. */
export function sharedLeases(): { lease(): Lease; takeAway(): void } {
  let holder: symbol | undefined
  return {
    lease() {
      const mine = Symbol('holder')
      return {
        async hold() {
          holder ??= mine
          return holder === mine
        },
        async release() {
          if (holder === mine) holder = undefined
        },
      }
    },
    takeAway() {
      holder = undefined
    },
  }
}

export const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

/** Checkpoint, tiles and guard agree on the first `size` entries of the ledger. */
export async function expectWhole(tree: LedgerTree, size: number): Promise<void> {
  const checkpoint = await tree.published()
  expect(checkpoint?.size).toBe(size)
  const root = await rootOfEntries(tree.store, size)
  expect(hex(checkpoint?.root)).toBe(hex(root))
  expect(hex(await treeRoot(tileHashReader(tree.tiles, size), size))).toBe(hex(root))
  expect(await tree.guard.read()).toMatchObject({ size })
}
