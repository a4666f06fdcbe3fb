import { memoryStore } from '@wederhoor/event-store/memory'
import { describe, expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import {
  anEntry,
  appendTo,
  expectWhole,
  type LedgerTree,
  ledgerTree,
  origin,
  restored,
  rootOfEntries,
  seedOf,
} from './integrator.fixture.ts'
import { memoryGuard } from './memory-guard.ts'
import { memoryTiles } from './memory-tiles.ts'
import type { RefusalReason } from './refusal.ts'
import { ed25519Signer } from './signed-note.ts'
import { GuardError } from './signing-guard.ts'
import { emptyRoot } from './tree.ts'

/** Nothing is signed, appends stop except evidence, and asking again changes nothing. */
async function expectRefusal(tree: LedgerTree, code: RefusalReason): Promise<void> {
  const signed = tree.signed.length
  const note = await tree.tiles.readCheckpoint('integrated')
  const one = tree.open()
  await expect(one.integrate()).rejects.toMatchObject({ name: 'SigningRefused', code })
  expect(one.health()).toMatchObject({ state: 'refused', refusal: { code } })
  await expect(one.settled()).rejects.toMatchObject({ code })
  await expect(one.integrate()).rejects.toMatchObject({ code })
  expect(tree.refusals.map((refusal) => refusal.code)).toEqual([code])
  expect(tree.signed).toHaveLength(signed)
  expect(await tree.tiles.readCheckpoint('integrated')).toBe(note)
  expect(await tree.store.halted()).toContain(code)
  await expect(appendTo(tree.store, 1)).rejects.toMatchObject({ code: 'halted' })
  await appendTo(tree.store, 1, 'evidence')
  await expect(one.integrate()).rejects.toMatchObject({ code })
  const started = tree.open()
  await expect(started.integrate()).rejects.toMatchObject({ name: 'SigningRefused' })
  expect(tree.signed).toHaveLength(signed)
}

async function signedTree(size = 10): Promise<LedgerTree> {
  const tree = ledgerTree()
  await appendTo(tree.store, size)
  await tree.open().integrate()
  return tree
}

describe('rollback by restore', () => {
  test('of ledger and tiles, with fewer entries than were signed', async () => {
    const tree = await signedTree(7)
    const tiles = tree.tiles.copy()
    await appendTo(tree.store, 3)
    await tree.open().integrate()
    tree.store = await restored(tree.store, 7)
    tree.tiles = tiles
    await expectRefusal(tree, 'ledger-behind')
  })

  test.each([
    ['as many entries as', 3],
    ['more entries than', 8],
  ])('of ledger and tiles, with %s were signed by the time anybody looks', async (_name, more) => {
    const tree = await signedTree(7)
    const tiles = tree.tiles.copy()
    await appendTo(tree.store, 3)
    await tree.open().integrate()
    tree.store = await restored(tree.store, 7)
    tree.tiles = tiles
    await appendTo(tree.store, more)
    await expectRefusal(tree, 'other-root')
  })

  test('of the ledger alone, with fewer entries than the tree', async () => {
    const tree = await signedTree(10)
    tree.store = await restored(tree.store, 7)
    await expectRefusal(tree, 'ledger-behind')
  })

  test('of the ledger alone, with more entries than the tree by the time anybody looks', async () => {
    const tree = await signedTree(10)
    tree.store = await restored(tree.store, 7)
    await appendTo(tree.store, 8)
    await expectRefusal(tree, 'ledger-differs')
  })

  test('under an integrator that keeps running with what it remembers', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 10)
    const behind = { store: tree.store }
    const store = new Proxy(tree.store, { get: (_target, name) => Reflect.get(behind.store, name) })
    const one = tree.open({ store, followed: store })
    await one.integrate()
    behind.store = await restored(tree.store, 7)
    await appendTo(behind.store, 30)
    await expect(one.integrate()).rejects.toMatchObject({ code: 'ledger-differs' })
    expect(tree.signed).toHaveLength(1)
  })

  test('of ledger, tiles and guard is what only witnesses see', async () => {
    const tree = await signedTree(7)
    const [tiles, guarded] = [tree.tiles.copy(), await tree.guard.read()]
    await appendTo(tree.store, 3)
    await tree.open().integrate()
    tree.store = await restored(tree.store, 7)
    tree.tiles = tiles
    tree.guard = memoryGuard()
    if (guarded !== undefined) await tree.guard.compareAndSet(undefined, guarded)
    await appendTo(tree.store, 3)
    expect(await tree.open().integrate()).toMatchObject({ kind: 'level', size: 10 })
  })
})

describe('a fork', () => {
  test('same size signed twice with another root', async () => {
    const tree = await signedTree(10)
    const other = await restored(tree.store, 9)
    await appendTo(other, 1)
    tree.store = other
    tree.tiles = memoryTiles()
    await tree.tiles.keepEpoch({ number: 1, origin })
    await expectRefusal(tree, 'other-root')
  })

  test('a bigger tree that does not contain the signed one', async () => {
    const tree = await signedTree(10)
    tree.store = memoryStore()
    tree.tiles = memoryTiles()
    await appendTo(tree.store, 25)
    await expectRefusal(tree, 'other-root')
  })

  test('a checkpoint with the right key and another root, put in the place of the published one', async () => {
    const tree = await signedTree(10)
    const signer = ed25519Signer(origin, seedOf(1))
    const forged = await signCheckpoint({ origin, size: 10, root: emptyRoot() }, [signer])
    await tree.tiles.publish('integrated', forged, 10)
    await expectRefusal(tree, 'other-root')
  })

  test('a tile whose hashes are not those of the ledger', async () => {
    const tree = await signedTree(10)
    const tiles = memoryTiles()
    await tiles.keepEpoch({ number: 1, origin })
    await tiles.writeTiles([{ tile: { level: 0, index: 0, width: 1 }, bytes: emptyRoot() }])
    tree.tiles = tiles
    await expectRefusal(tree, 'tile-differs')
  })

  test('a tile at the edge with a hash changed, under the checkpoint that was signed', async () => {
    const tree = await signedTree(10)
    const note = (await tree.tiles.readCheckpoint('integrated')) ?? ''
    const edge = { level: 0, index: 0, width: 10 }
    const bytes = Buffer.from((await tree.tiles.readTile(edge)) ?? [])
    bytes[7] = (bytes[7] ?? 0) ^ 1
    tree.tiles = memoryTiles()
    await tree.tiles.keepEpoch({ number: 1, origin })
    await tree.tiles.writeTiles([{ tile: edge, bytes }])
    await tree.tiles.publish('integrated', note, 10)
    await expectRefusal(tree, 'tile-differs')
  })

  test.each(['no note at all', 'other.test/log\n10\nAAAA\n\n— x AAAA\n'])(
    'what is published is no checkpoint of the ledger',
    async (text) => {
      const tree = await signedTree(10)
      tree.tiles = { ...tree.tiles, readCheckpoint: async () => text }
      await expectRefusal(tree, 'checkpoint-differs')
    },
  )
})

describe('the signing guard', () => {
  test('that is lost is never taken for a new one', async () => {
    const tree = await signedTree(10)
    tree.guard = memoryGuard()
    await expectRefusal(tree, 'guard-lost')
    expect(await tree.guard.read()).toBeUndefined()
  })

  test('that is lost in a later epoch, before its first checkpoint', async () => {
    const tree = ledgerTree()
    await tree.tiles.keepEpoch({ number: 2, origin: `${origin}/epoch/2` })
    await expectRefusal(tree, 'guard-lost')
  })

  test('that cannot be read as one is for a person to look at', async () => {
    const tree = await signedTree(10)
    tree.guard = {
      ...tree.guard,
      read: () => Promise.reject(new GuardError('corrupt', 'it is broken')),
    }
    await expectRefusal(tree, 'guard-corrupt')
  })

  test('that was taken back itself knows less than what was published', async () => {
    const tree = await signedTree(10)
    const old = await tree.guard.read()
    await appendTo(tree.store, 5)
    await tree.open().integrate()
    tree.guard = memoryGuard()
    if (old !== undefined) await tree.guard.compareAndSet(undefined, old)
    await expectRefusal(tree, 'guard-behind')
  })

  test('of another epoch than the tree', async () => {
    const tree = await signedTree(10)
    const next = { epoch: 2, origin: `${origin}/epoch/2`, size: 0, root: emptyRoot() }
    await tree.guard.compareAndSet(await tree.guard.read(), next)
    await expectRefusal(tree, 'other-epoch')
  })

  test('that does not answer is waited for, and halts nothing', async () => {
    const tree = await signedTree(10)
    const { guard } = tree
    tree.guard = { ...guard, read: () => Promise.reject(new GuardError('unavailable', 'away')) }
    await expect(tree.open().integrate()).rejects.toMatchObject({ code: 'unavailable' })
    expect(tree.refusals).toEqual([])
    expect(await tree.store.halted()).toBeUndefined()
    tree.guard = guard
    expect(await tree.open().integrate()).toMatchObject({ kind: 'level' })
  })
})

describe('tiles that are lost', () => {
  test.each([
    ['all of them', () => memoryTiles()],
    [
      'all but the checkpoint',
      (tree: LedgerTree) => ({ ...memoryTiles(), readCheckpoint: tree.tiles.readCheckpoint }),
    ],
  ])('%s are made again from the ledger, as the guard bears out', async (_name, lose) => {
    const tree = await signedTree(300)
    const note = await tree.tiles.readCheckpoint('integrated')
    tree.tiles = { ...lose(tree), copy: tree.tiles.copy }
    await tree.open().integrate()
    expect(await tree.tiles.readCheckpoint('integrated')).toBe(note)
    expect(await tree.tiles.readTile({ level: 0, index: 0, width: 256 })).toBeDefined()
    expect(tree.refusals).toEqual([])
  })
})

describe('tiles that were taken back', () => {
  test('under an integrator that keeps running are made again, without a gap', async () => {
    const tree = ledgerTree()
    await appendTo(tree.store, 300)
    const held = { tiles: tree.tiles }
    const tiles = new Proxy(tree.tiles, { get: (_target, name) => Reflect.get(held.tiles, name) })
    const one = tree.open({ tiles })
    await one.integrate()
    const earlier = tree.tiles.copy()
    await appendTo(tree.store, 300)
    await one.integrate()
    held.tiles = earlier
    tree.tiles = earlier
    await appendTo(tree.store, 1)
    await one.integrate()
    await expectWhole(tree, 601)
  })
})

describe('a halt that cannot be made durable', () => {
  test('is repeated until it stands, and nothing is signed meanwhile', async () => {
    const tree = await signedTree(10)
    tree.guard = memoryGuard()
    let away = true
    const store = {
      ...tree.store,
      async halt(reason: string) {
        if (away) throw new Error('away')
        await tree.store.halt(reason)
      },
    }
    const one = tree.open({ store })
    await expect(one.integrate()).rejects.toThrow('away')
    expect(one.health().state).toBe('refused')
    await expect(one.integrate()).rejects.toThrow('away')
    away = false
    await expect(one.integrate()).rejects.toMatchObject({ code: 'guard-lost' })
    expect(await tree.store.halted()).toBeDefined()
    expect(tree.signed).toHaveLength(1)
    expect(tree.refusals).toHaveLength(1)
  })
})

describe('entries that repeat what stands', () => {
  test('are no reason to sign', async () => {
    const tree = await signedTree(1)
    const entry = anEntry()
    await tree.store.append('case-a', 'no-stream', [entry])
    await tree.open().integrate()
    await tree.store.append('case-a', 'no-stream', [entry])
    expect(await tree.open().integrate()).toEqual({ kind: 'level', size: 2, isNew: false })
    expect(await rootOfEntries(tree.store, 2)).toEqual((await tree.published())?.root)
  })
})
