import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  appendTo,
  expectWhole,
  hex,
  type LedgerTree,
  ledgerTree,
  origin,
  seedOf,
} from './integrator.fixture.ts'
import { ed25519Signer, openNote, signaturesOf, verifierOf } from './signed-note.ts'
import { GuardError } from './signing-guard.ts'
import { emptyRoot } from './tree.ts'

const eventually = (look: () => unknown) =>
  vi.waitFor(async () => expect(await look()).toBe(true), { interval: 5, timeout: 5_000 })

describe('an integrator', () => {
  test('publishes a checkpoint of the empty ledger at once', async () => {
    const tree = ledgerTree()
    expect(await tree.open().integrate()).toEqual({ kind: 'level', size: 0, isNew: true })
    expect(await tree.published()).toMatchObject({ origin, size: 0 })
    expect(hex((await tree.published())?.root)).toBe(hex(emptyRoot()))
    expect(await tree.tiles.readEpoch()).toEqual({ number: 1, origin })
  })

  test('takes in what was appended, again and again, and signs nothing twice', async () => {
    const tree = ledgerTree()
    const one = tree.open()
    for (const [count, size] of [
      [1, 1],
      [255, 256],
      [1, 257],
      [300, 557],
    ] as const) {
      await appendTo(tree.store, count)
      expect(await one.integrate()).toEqual({ kind: 'level', size, isNew: true })
      await expectWhole(tree, size)
      expect(await one.integrate()).toEqual({ kind: 'level', size, isNew: false })
    }
    expect(tree.signed).toHaveLength(4)
  })

  test('takes a long ledger in steps, each with a checkpoint', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 9_000)
    const one = tree.open()
    expect(await one.integrate()).toEqual({ kind: 'more', size: 8_500 })
    await expectWhole(tree, 8_500)
    expect(await one.integrate()).toEqual({ kind: 'level', size: 9_000, isNew: true })
    await expectWhole(tree, 9_000)
  })

  test('publishes within a second of a commit', async () => {
    const tree = ledgerTree()
    const one = tree.open({ paceMs: 200, pollMs: 500 })
    one.start()
    for (let size = 1; size <= 3; size += 1) {
      await appendTo(tree.store, 1)
      const committedMs = performance.now()
      await eventually(async () => (await tree.published())?.size === size)
      expect(performance.now() - committedMs).toBeLessThan(1_000)
    }
    await one.stop()
    expect(one.health().state).toBe('stopped')
  })

  test('publishes within a second also when nothing wakes it', async () => {
    const tree = ledgerTree()
    const deaf = { ...tree.store, onAppended: () => () => undefined }
    const one = tree.open({ store: deaf, paceMs: 200, pollMs: 500 })
    one.start()
    await one.settled()
    await appendTo(tree.store, 1)
    const committedMs = performance.now()
    await eventually(async () => (await tree.published())?.size === 1)
    expect(performance.now() - committedMs).toBeLessThan(1_000)
    await one.stop()
  })

  test('is settled when the checkpoint covers what was there', async () => {
    const tree = ledgerTree()
    const one = tree.open()
    one.start()
    for (const size of [10, 20]) {
      await appendTo(tree.store, 10)
      await one.settled()
      await expectWhole(tree, size)
    }
    await one.stop()
  })

  test('goes on after failures, and says how many there were in a row', async () => {
    const tree = ledgerTree()
    let failing = true
    const flaky = {
      ...tree.store,
      readAll: (...given: Parameters<typeof tree.store.readAll>) =>
        failing ? Promise.reject(new Error('away')) : tree.store.readAll(...given),
    }
    await appendTo(tree.store, 3)
    const one = tree.open({ followed: flaky })
    one.start()
    await eventually(() => one.health().failures >= 2)
    expect(one.health().state).toBe('running')
    expect(await tree.published()).toBeUndefined()
    failing = false
    await one.settled()
    await expectWhole(tree, 3)
    await eventually(() => one.health().failures === 0)
    await one.stop()
  })
})

describe('an integrator that somebody waits for', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  /** What it ends with, however long that takes. */
  const ended = async (settled: Promise<void>): Promise<unknown> => {
    const end = settled.then(
      () => 'settled',
      (error: unknown) => error,
    )
    await vi.advanceTimersByTimeAsync(60_000)
    return Promise.race([end, 'still waiting'])
  }

  test('tells of each failure and gives up after 20 in a row, with the ledger and the last failure', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 3)
    const away = new GuardError('unavailable', 'the folder of the signing guard is not there')
    const read = () => Promise.reject(away)
    const one = tree.open({ guard: { ...tree.guard, read } })
    const error = await ended(one.settled())
    expect(error).toMatchObject({ name: 'NotSettled', code: 'not-settled', cause: away })
    expect(error).toHaveProperty('message', expect.stringMatching(`^${origin}: .*${away.message}`))
    expect(tree.failures).toEqual(Array(20).fill(away))
    expect(await tree.published()).toBeUndefined()
  })

  test('goes on when what failed comes back in time', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 3)
    let away = 19
    const read = async () => {
      away -= 1
      if (away >= 0) throw new GuardError('unavailable', 'away')
      return tree.guard.read()
    }
    expect(await ended(tree.open({ guard: { ...tree.guard, read } }).settled())).toBe('settled')
    await expectWhole(tree, 3)
  })

  test('gives up on another process that has the lease and publishes nothing', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 3)
    const lease = { hold: async () => false, release: async () => undefined }
    expect(await ended(tree.open({ lease }).settled())).toMatchObject({ code: 'not-settled' })
  })
})

describe('an exchange of the signing key', () => {
  const vkeyOf = (number: number) => ed25519Signer(origin, seedOf(number)).vkey
  const signedBy = async (tree: LedgerTree, ...numbers: number[]) => {
    const note = (await tree.tiles.readCheckpoint('integrated')) ?? ''
    expect(signaturesOf(note)).toHaveLength(numbers.length)
    for (const number of numbers) openNote(note, [verifierOf(vkeyOf(number))])
  }

  test('has an overlap in which checkpoints carry both signatures, and then drops the old key', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 2)
    const one = tree.open()
    await one.integrate()
    await signedBy(tree, 1)
    tree.seeds = [seedOf(2), seedOf(1)]
    await one.integrate()
    await signedBy(tree, 2, 1)
    await appendTo(tree.store, 2)
    await one.integrate()
    await signedBy(tree, 2, 1)
    tree.seeds = [seedOf(2)]
    await tree.open().integrate()
    await signedBy(tree, 2)
    await expectWhole(tree, 4)
    expect(await tree.tiles.readVkeys()).toEqual([vkeyOf(2), vkeyOf(1)])
  })

  test('is seen within seconds on a ledger that nobody writes to', async () => {
    const tree = ledgerTree()
    const one = tree.open({ pollMs: 5 })
    one.start()
    await one.settled()
    tree.seeds = [seedOf(2), seedOf(1)]
    const signatures = async () =>
      signaturesOf((await tree.tiles.readCheckpoint('integrated')) ?? '').length
    await eventually(async () => (await signatures()) === 2)
    await signedBy(tree, 2, 1)
    await one.stop()
  })
})
