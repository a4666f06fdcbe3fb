/** Append, integrate, crash, back up, restore, exchange keys and begin epochs, in random order. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  appendTo,
  everyEntry,
  hex,
  type LedgerTree,
  ledgerTree,
  restored,
  seedOf,
} from './integrator.fixture.ts'
import type { Integrator } from './integrator.ts'
import {
  attempt,
  beginNextEpoch,
  cutAt,
  keepSigned,
  type Signed,
  type SigningStep,
  signingSteps,
} from './integrator-history.fixture.ts'
import type { MemoryTiles } from './memory-tiles.ts'
import { leafHash } from './tree.ts'

/** What must be so, told without looking into the integrator. */
interface Model {
  /** Something that was signed for is no longer there: nothing may be signed until an epoch begins. */
  isLost: boolean
}

interface Real {
  readonly tree: LedgerTree
  integrator: Integrator
  backup: { readonly entries: number; readonly tiles: MemoryTiles } | undefined
  /** Everything that was ever signed, by origin, with the leaves of the ledger at that time. */
  readonly signed: Map<string, readonly Signed[]>
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
  keepSigned(signed, fresh, leaves)
  const published = await tree.published()
  const guarded = await tree.guard.read()
  if (published === undefined || guarded === undefined) return
  const line = signed.get(published.origin) ?? []
  expect(line.map(({ root }) => hex(root))).toContain(hex(published.root))
  if (published.origin === guarded.origin) expect(published.size).toBeLessThanOrEqual(guarded.size)
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
  attempt({ ...model, store: real.tree.store }, () => real.integrator.settled()),
)

const crash = (step: SigningStep, when: 'before' | 'after') =>
  command(`crash ${when} ${step}`, async (model, real) => {
    const { tree } = real
    const crashed = new Error('crashed')
    const crashing = tree.open(cutAt(tree, step, when, crashed))
    try {
      await attempt({ ...model, store: tree.store }, () => crashing.integrate())
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
  model.isLost = false
  await beginNextEpoch(real.integrator, real.tree)
})

const commands = fc.commands(
  [
    fc.integer({ min: 1, max: 300 }).map(append),
    fc.constant(integrate),
    fc.constant(integrate),
    fc
      .tuple(fc.constantFrom(...signingSteps), fc.constantFrom('before', 'after'))
      .map(([step, when]) => crash(step, when)),
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
