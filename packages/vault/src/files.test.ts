import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { erase, processIn, startIn, worldOver } from './erasure-world.fixture.ts'
import { chunksOf, keepFile } from './file-chunks.ts'
import { bytesOf, MEBIBYTE, nameFile, openBytes, sealBytes } from './files.fixture.ts'
import { memoryStorage } from './memory.ts'
import { newOwner, requestFor } from './story.fixture.ts'

const world = () => worldOver(memoryStorage())

describe('a file', () => {
  test.each([0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])(
    'of %i bytes is given back as it came',
    async (size) => {
      const { vault } = processIn(world())
      const owner = newOwner()
      const sealed = await sealBytes(vault, owner, bytesOf(size))
      expect(await openBytes(vault, owner, sealed)).toEqual(Buffer.concat([...bytesOf(size)]))
    },
  )

  test('that is too large is refused as soon as it is, and not read further', async () => {
    const { vault } = processIn(world())
    let read = 0
    function* endless() {
      for (;;) {
        read += MEBIBYTE
        yield Buffer.alloc(MEBIBYTE)
      }
    }
    await expect(sealBytes(vault, newOwner(), endless())).rejects.toMatchObject({
      code: 'too-large',
    })
    expect(read).toBe(26 * MEBIBYTE)
  })

  test('opens only after the opening was logged, by one entry whatever its size', async () => {
    const its = world()
    const { vault } = processIn(its)
    const owner = newOwner()
    const sealed = await sealBytes(vault, owner, bytesOf(2 * MEBIBYTE + 1))
    await openBytes(vault, owner, sealed)
    expect(await its.accessStore.readAll('' as never, 10)).toHaveLength(1)
    const deaf = { ...its, accessStore: { ...its.accessStore, append: () => Promise.reject() } }
    const unlogged = openBytes(processIn(deaf).vault, owner, sealed)
    await expect(unlogged).rejects.toMatchObject({ code: 'not-logged' })
  })

  test('is unknown in another dossier', async () => {
    const { vault } = processIn(world())
    const sealed = await sealBytes(vault, newOwner(), bytesOf(1))
    await expect(openBytes(vault, newOwner(), sealed)).rejects.toMatchObject({
      code: 'unknown-commitment',
    })
  })
})

describe('chunks whose order somebody changes who can also say what was committed to', () => {
  test.each([
    ['cut off', [0, 1]],
    ['turned round', [1, 0, 2]],
    ['doubled', [0, 0, 2]],
  ])('attack: %s', async (_attack, order) => {
    const storage = memoryStorage()
    const [owner, key] = [newOwner(), { id: 'a', bytes: randomBytes(32) }]
    const whole = [...bytesOf(3 * MEBIBYTE)]
    const { id, chunks, size } = await keepFile(storage, { owner, key, source: whole })
    const file = { ...owner, id, keyId: key.id, chunks }
    const kept = await Promise.all([0, 1, 2].map((index) => storage.findChunk(file, index)))
    const forged = {
      ...storage,
      findChunk: async (_file: unknown, index: number) => kept[order[index] ?? 3],
    }
    const content = { sha256: '0'.repeat(64), size, mediaType: 'image/jpeg', file: id, name: '' }
    const honest = chunksOf(storage, { file, key, content })
    expect((await honest.next()).done).toBe(false)
    const asked = { file: { ...file, chunks: order.length }, key, content }
    const all = async () => {
      for await (const _part of chunksOf(forged, asked));
    }
    // A cause: it is the chunk that does not open, before anything is compared with the whole.
    await expect(all()).rejects.toMatchObject({ code: 'tampered', cause: expect.anything() })
  })
})

describe('the files of somebody who is erased', () => {
  test('are gone, and opening one says so; nothing can be added', async () => {
    const its = world()
    const { vault, steps } = processIn(its)
    const [owner, other] = [newOwner(), newOwner()]
    const sealed = await sealBytes(vault, owner, bytesOf(10))
    const kept = await sealBytes(vault, other, bytesOf(10))
    const { scan } = await erase(its, { steps }, owner)
    expect(scan.places).toEqual([])
    expect(await openBytes(vault, owner, sealed)).toBe('erased')
    expect(await openBytes(vault, other, kept)).toHaveLength(10)
    const late = sealBytes(vault, owner, bytesOf(10))
    await expect(late).rejects.toMatchObject({ code: 'erased' })
  })

  test('fence while a file comes in: the rest is refused, though nothing was deleted yet', async () => {
    const { vault, steps } = processIn(world())
    const owner = newOwner()
    async function* fencedHalfway() {
      yield* bytesOf(2 * MEBIBYTE)
      await steps.raiseFence(owner)
      yield* bytesOf(2 * MEBIBYTE)
    }
    const cut = sealBytes(vault, owner, fencedHalfway())
    await expect(cut).rejects.toMatchObject({ code: 'erased' })
  })

  test('erase while a file comes in: the rest is refused and nothing of it stays', async () => {
    const its = world()
    const { vault, steps } = processIn(its)
    const owner = newOwner()
    async function* erasedHalfway() {
      yield* bytesOf(2 * MEBIBYTE)
      await erase(its, { steps }, owner)
      yield* bytesOf(2 * MEBIBYTE)
    }
    const cut = sealBytes(vault, owner, erasedHalfway())
    await expect(cut).rejects.toMatchObject({ code: 'erased' })
    expect((await steps.scan(owner)).places).toEqual([])
  })

  test('erase while a file goes out: it breaks off', async () => {
    const its = world()
    const { vault, steps } = processIn(its)
    const owner = newOwner()
    const sealed = await sealBytes(vault, owner, bytesOf(3 * MEBIBYTE))
    const opened = await vault.openFile({ ...requestFor(owner), sealed })
    if (opened.kind !== 'opened') throw new Error(opened.kind)
    const reading = opened.bytes[Symbol.asyncIterator]()
    expect((await reading.next()).done).toBe(false)
    await erase(its, { steps }, owner)
    await expect(reading.next()).rejects.toMatchObject({ code: 'erased' })
  })

  test('restored backup: they are erased again before anything opens', async () => {
    const storage = memoryStorage()
    const its = worldOver(storage)
    const { vault, steps } = processIn(its)
    const owner = newOwner()
    const sealed = await sealBytes(vault, owner, bytesOf(10))
    await nameFile(its.store, owner, sealed)
    const backup = storage.backup()
    await erase(its, { steps }, owner)
    backup.restore()
    expect(await openBytes(processIn(its).vault, owner, sealed)).toHaveLength(10)
    const started = await startIn(its)
    expect(await openBytes(started.vault, owner, sealed)).toBe('erased')
    expect((await started.steps.scan(owner)).places).toEqual([])
  })
})
