/** Append, integrate, crash, back up, restore, exchange keys and begin epochs, in random order. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint } from './checkpoint.ts'
import {
  anEntry,
  appendTo,
  everyEntry,
  hex,
  type LedgerTree,
  ledgerTree,
  restored,
  seedOf,
} from './integrator.fixture.ts'
import type { Integrator } from './integrator.ts'
import type { MemoryTiles } from './memory-tiles.ts'
import { SigningRefused } from './refusal.ts'
import { ed25519Signer } from './signed-note.ts'
import { leafHash, rootOf } from './tree.ts'

/** What must be so, told without looking into the integrator. */
interface Model {
  /** Something that was signed for is no longer there: nothing may be signed until an epoch begins. */
  isLost: boolean
}

interface Signed {
  readonly size: number
  readonly root: string
  readonly leaves: readonly string[]
}

interface Real {
  readonly tree: LedgerTree
  integrator: Integrator
  backup: { readonly entries: number; readonly tiles: MemoryTiles } | undefined
  /** Everything that was ever signed, by origin, with the leaves of the ledger at that time. */
  readonly signed: Map<string, Signed[]>
  seen: number
}

const leavesOf = async ({ tree }: Real) =>
  (await everyEntry(tree.store)).map(({ bytes }) => leafHash(bytes))

async function check(model: Readonly<Model>, real: Real): Promise<void> {
  const { tree, signed } = real
  const fresh = tree.signed.slice(real.seen)
  real.seen = tree.signed.length
  if (model.isLost) expect(fresh).toEqual([])
  const leaves = await leavesOf(real)
  for (const text of fresh) {
    const { origin, size, root } = parseCheckpoint(text)
    const mine = { size, root: hex(root), leaves: leaves.slice(0, size).map(hex) }
    expect(mine.root).toBe(hex(rootOf(leaves.slice(0, size))))
    const earlier = signed.get(origin) ?? []
    for (const one of earlier) {
      expect(size).toBeGreaterThanOrEqual(one.size)
      expect(mine.leaves.slice(0, one.size)).toEqual(one.leaves)
      if (one.size === size) expect(mine.root).toBe(one.root)
    }
    signed.set(origin, [...earlier, mine])
  }
  const published = await tree.published()
  const guarded = await tree.guard.read()
  if (published === undefined || guarded === undefined) return
  const line = signed.get(published.origin) ?? []
  expect(line.map(({ root }) => root)).toContain(hex(published.root))
  if (published.origin === guarded.origin) expect(published.size).toBeLessThanOrEqual(guarded.size)
}

/** A refusal is an answer, where something is lost; it also halts the ledger. */
async function attempt(model: Readonly<Model>, real: Real, work: () => Promise<unknown>) {
  try {
    await work()
    expect(model.isLost).toBe(false)
  } catch (error) {
    if (!(error instanceof SigningRefused)) throw error
    expect(model.isLost).toBe(true)
    expect(await real.tree.store.halted()).toBeDefined()
  }
}

type Command = fc.AsyncCommand<Model, Real>
const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  async run(model, real) {
    await run(model, real)
    await check(model, real)
  },
  toString: () => name,
})

const append = (count: number) =>
  command(`append ${count}`, async (_model, { tree }) => {
    const isHalted = (await tree.store.halted()) !== undefined
    const appending = appendTo(tree.store, count)
    if (isHalted) await expect(appending).rejects.toMatchObject({ code: 'halted' })
    else await appending
  })

const integrate = command('integrate', (model, real) =>
  attempt(model, real, () => real.integrator.settled()),
)

const points = ['writeTiles', 'compareAndSet', 'sign', 'publish'] as const

const crash = (point: (typeof points)[number], when: 'before' | 'after') =>
  command(`crash ${when} ${point}`, async (model, real) => {
    const { tree } = real
    const crashed = new Error('crashed')
    const at =
      <Given extends readonly unknown[], Result>(
        name: string,
        call: (...given: Given) => Promise<Result>,
      ) =>
      async (...given: Given): Promise<Result> => {
        if (name !== point) return call(...given)
        if (when === 'after') await call(...given)
        throw crashed
      }
    const { tiles, guard } = tree
    const crashing = tree.open({
      tiles: {
        ...tiles,
        writeTiles: at('writeTiles', tiles.writeTiles),
        publish: at('publish', tiles.publish),
      },
      guard: { read: guard.read, compareAndSet: at('compareAndSet', guard.compareAndSet) },
      signers: async (of) =>
        tree.seeds.map((seed) => {
          const signer = ed25519Signer(of, seed)
          const noted = async (text: string) => {
            if (!tree.signed.includes(text)) tree.signed.push(text)
            return signer.sign(text)
          }
          return { ...signer, sign: at('sign', noted) }
        }),
    })
    try {
      await attempt(model, real, () => crashing.integrate())
    } catch (error) {
      if (error !== crashed) throw error
    }
    real.integrator = tree.open()
  })

const backUp = command('back up', async (_model, real) => {
  const entries = (await everyEntry(real.tree.store)).length
  real.backup = { entries, tiles: real.tree.tiles.copy() }
})

/** Ledger and tiles come from the backup, the guard does not. */
const restore = command('restore', async (model, real) => {
  const { tree, backup } = real
  if (backup === undefined) return
  const guarded = await tree.guard.read()
  const epoch = (await backup.tiles.readEpoch())?.number ?? 1
  const held = guarded !== undefined && (epoch !== guarded.epoch || backup.entries < guarded.size)
  tree.store = await restored(tree.store, backup.entries)
  tree.tiles = backup.tiles.copy()
  real.integrator = tree.open()
  model.isLost ||= held
})

const exchangeKeys = command('exchange keys', async (_model, { tree }) => {
  const [newest, ...older] = tree.seeds
  if (older.length === 0) {
    tree.seeds = [seedOf((newest?.[0] ?? 0) + 1), ...tree.seeds]
    return
  }
  tree.dropped = [...older, ...tree.dropped]
  tree.seeds = tree.seeds.slice(0, 1)
})

const beginEpoch = command('begin an epoch', async (model, real) => {
  const { tree } = real
  const kept = (await tree.tiles.readEpoch())?.number ?? 1
  const number = Math.max(kept, (await tree.guard.read())?.epoch ?? 1) + 1
  const lastWitnessed = (await tree.tiles.readCheckpoint('integrated')) ?? null
  model.isLost = false
  await real.integrator.openEpoch(
    { number, decidedBy: ['one', 'another'], lastWitnessed },
    async () => {
      const entry = { ...anEntry(), type: 'EpochBegun' }
      await tree.store.append(`evidence-epoch-${number}`, 'no-stream', [entry])
    },
  )
  expect(await tree.store.halted()).toBeUndefined()
})

const commands = fc.commands(
  [
    fc.integer({ min: 1, max: 300 }).map(append),
    fc.constant(integrate),
    fc.constant(integrate),
    fc
      .tuple(fc.constantFrom(...points), fc.constantFrom('before', 'after'))
      .map(([point, when]) => crash(point, when)),
    fc.constant(backUp),
    fc.constant(restore),
    fc.constant(exchangeKeys),
    fc.constant(beginEpoch),
  ],
  { maxCommands: 40, size: 'max' },
)

describe('a ledger that is appended to, integrated, crashed, restored and begun anew in any order', () => {
  test('never has two roots for one size, nor a checkpoint that takes an earlier one of its epoch back', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const tree = ledgerTree()
        const real: Real = {
          tree,
          integrator: tree.open(),
          backup: undefined,
          signed: new Map(),
          seen: 0,
        }
        await fc.asyncModelRun(() => ({ model: { isLost: false }, real }), run)
      }),
      { numRuns: 60 },
    )
  })
})
