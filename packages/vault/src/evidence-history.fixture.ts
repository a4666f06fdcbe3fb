/** One history of a ledger with its tree and its vault, and what must be so after each thing that happens to it. */
import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { type Integrator, type IntegratorParts, integrator } from '@wederhoor/ledger/integrator'
import { everyEntry, hex, origin, seedOf } from '@wederhoor/ledger/integrator.fixture'
import { keepSigned, type Signed } from '@wederhoor/ledger/integrator-history.fixture'
import { soleLease } from '@wederhoor/ledger/lease'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import {
  consistencyProof,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '@wederhoor/ledger/proof'
import { ed25519Signer, publicKeyOf } from '@wederhoor/ledger/signed-note'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import { expect } from 'vitest'
import { digestOf } from './disclosure.ts'
import { memoryRegister } from './erasure-register.ts'
import { type ErasureWorld, processIn, read, startIn } from './erasure-world.fixture.ts'
import { type EvidencePlace, nameOf } from './evidence-place.fixture.ts'
import type { Sealed } from './fields.ts'
import { passingKek } from './kek.ts'
import type { Owner } from './storage.ts'

interface Tale {
  readonly owner: Owner
  readonly text: string
  readonly sealed: Sealed<string>
  readonly leafIndex: number
}

interface Given {
  readonly text: string
  readonly digest: string
  readonly leafIndex: number
}

/** What must be so, told without looking into the parts. */
export interface Model {
  /** Something that was signed for is no longer there: nothing may be signed until an epoch begins. */
  isLost: boolean
  /** Leaf hashes of every entry that was ever seen and not taken back by a restore. */
  leaves: readonly string[]
  tales: readonly Tale[]
  /** Disclosures that somebody took home. */
  given: readonly Given[]
  /** Of whom nothing opens. */
  sealedOff: ReadonlySet<string>
  /** Whom no entry may name. */
  fenced: ReadonlySet<string>
}

export const newModel = (): Model => ({
  isLost: false,
  leaves: [],
  tales: [],
  given: [],
  sealedOff: new Set(),
  fenced: new Set(),
})

export interface Real {
  place: EvidencePlace
  world: ErasureWorld
  process: ReturnType<typeof processIn>
  integrator: Integrator
  backup: { readonly model: Model; restore(): Promise<EvidencePlace> } | undefined
  readonly guard: IntegratorParts['guard']
  readonly people: readonly Owner[]
  readonly texts: string[]
  readonly signed: Map<string, readonly Signed[]>
  seen: number
}

const seed = seedOf(1)

export function newReal(place: EvidencePlace): Real {
  const [here, there, one, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const people = [here, there].flatMap((dossier) =>
    [one, other].map((party) => ({ dossier, party })),
  )
  const outside = { kek: passingKek(), register: memoryRegister(), accessStore: memoryStore() }
  const world = { ...outside, storage: place.storage, store: place.store }
  const [guard, texts] = [memoryGuard(), [] as string[]]
  const real = { place, guard, texts }
  return {
    ...real,
    world,
    process: processIn(world),
    integrator: openIntegrator(real),
    backup: undefined,
    people,
    signed: new Map(),
    seen: 0,
  }
}

export function openIntegrator(
  { place, guard, texts }: Pick<Real, 'place' | 'guard' | 'texts'>,
  part: Partial<IntegratorParts> = {},
): Integrator {
  return integrator({
    store: place.store,
    followed: place.store,
    tiles: place.tiles,
    guard,
    origin,
    lease: soleLease,
    signers: async (of) => [notingSigner(of, texts)],
    publicKeys: async () => [publicKeyOf(seed)],
    onFailure: () => undefined,
    onRefused: () => undefined,
    ...part,
  })
}

export function notingSigner(of: string, texts: string[]) {
  const signer = ed25519Signer(of, seed)
  return {
    ...signer,
    async sign(text: string) {
      if (!texts.includes(text)) texts.push(text)
      return signer.sign(text)
    },
  }
}

/** A process that starts: caches are empty, erasures that a restore undid are applied first. */
export async function restart(real: Real): Promise<void> {
  real.world = { ...real.world, storage: real.place.storage, store: real.place.store }
  real.process = await startIn(real.world)
  real.integrator = openIntegrator(real)
}

/** Those of whom nothing opens, as the storage tells it. */
export async function sealedOff({ place, people }: Real): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const owner of people)
    if ((await place.storage.findKey(owner)) === 'erased') found.add(nameOf(owner))
  return found
}

export async function check(model: Model, real: Real): Promise<void> {
  const entries = await everyEntry(real.place.store)
  const leaves = entries.map(({ bytes }) => leafHash(bytes))
  const seen = leaves.map(hex)
  expect(seen.slice(0, model.leaves.length)).toEqual(model.leaves)
  model.leaves = seen
  await checkSigned(model, real, leaves)
  await checkContent(model, real)
  for (const { text, digest, leafIndex } of model.given) {
    expect(digestOf(text)).toBe(digest)
    const committed = decodeEntry(entries[leafIndex]?.bytes ?? new Uint8Array()).c
    expect(Object.values(committed ?? {})).toContain(digest)
  }
}

async function checkSigned(model: Model, real: Real, leaves: readonly Uint8Array[]) {
  const { place, texts, signed } = real
  const fresh = texts.slice(real.seen)
  real.seen = texts.length
  if (model.isLost) expect(fresh).toEqual([])
  keepSigned(signed, fresh, leaves)
  const note = await place.tiles.readCheckpoint('integrated')
  if (note === undefined) return
  const published = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  const { size, root } = published
  expect(hex(rootOf(leaves.slice(0, size)))).toBe(hex(root))
  const reader = tileHashReader(place.tiles, size)
  for (const one of signed.get(published.origin) ?? []) {
    if (one.size > size || one.size === 0) continue
    const proof = await consistencyProof(reader, { from: one.size, to: size })
    const claim = { from: one.size, to: size, fromRoot: one.root, toRoot: root, proof }
    expect(verifyConsistency(claim)).toBe(true)
  }
  for (const [index, leaf] of leaves.slice(0, size).entries()) {
    const proof = await inclusionProof(reader, { index, size })
    expect(verifyInclusion({ index, size, leaf, proof, root })).toBe(true)
  }
}

/** In this process, with its caches, and in a new one. */
async function checkContent({ tales, sealedOff: off, fenced }: Model, real: Real) {
  expect(await sealedOff(real)).toEqual(off)
  expect(await real.place.fenced()).toEqual(fenced)
  for (const { vault } of [real.process, processIn(real.world)])
    for (const { owner, text, sealed } of tales)
      expect(await read(vault, owner, sealed)).toEqual([off.has(nameOf(owner)) ? 'erased' : text])
}
