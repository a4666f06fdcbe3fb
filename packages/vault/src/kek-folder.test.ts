import { chmod, link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { kekFolder } from './kek-folder.ts'

const dataKey = Buffer.alloc(32, 7)
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kek-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('a folder of KEK epochs', () => {
  test('gets its first when there is none, for its owner alone, and finds it again', async () => {
    const inside = join(directory, 'secrets')
    const made = await kekFolder({ directory: inside })
    expect((await stat(join(inside, 'kek'))).mode & 0o777).toBe(0o600)
    const found = await kekFolder({ directory: inside })
    expect(await found.epochs()).toEqual(await made.epochs())
    expect(Buffer.from(await found.unwrap(await made.wrap(dataKey, 'x'), 'x'))).toEqual(dataKey)
  })

  test('is one and the same for all who create it at once, and keeps no draft', async () => {
    const keks = await Promise.all(Array.from({ length: 16 }, () => kekFolder({ directory })))
    const ids = await Promise.all(keks.map((kek) => kek.epochs()))
    expect(new Set(ids.flat()).size).toBe(1)
    expect(await readdir(directory)).toEqual(['kek'])
  })

  test('is refused when others may read a key', async () => {
    await kekFolder({ directory })
    await chmod(join(directory, 'kek'), 0o644)
    await expect(kekFolder({ directory })).rejects.toMatchObject({ code: 'key-missing' })
  })

  test.each(['', 'AAAA', 'not a key at all, but long enough for one'])(
    'is refused when a file holds %j',
    async (text) => {
      const path = join(directory, 'kek-2')
      await writeFile(path, text, { mode: 0o600 })
      await expect(kekFolder({ directory })).rejects.toMatchObject({ code: 'key-missing' })
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )

  test('shows an epoch that another process begins or destroys at once', async () => {
    const [mine, theirs] = [await kekFolder({ directory }), await kekFolder({ directory })]
    const before = await mine.wrap(dataKey, 'x')
    const begun = await theirs.beginEpoch()
    const after = await mine.wrap(dataKey, 'x')
    expect(after.kek).toBe(begun)
    await theirs.discard(before.kek)
    await expect(mine.unwrap(before, 'x')).rejects.toMatchObject({ code: 'key-missing' })
    expect(Buffer.from(await mine.unwrap(after, 'x'))).toEqual(dataKey)
  })

  test('never makes its first epoch again after that was destroyed, and numbers on', async () => {
    const kek = await kekFolder({ directory })
    const [first] = await kek.epochs()
    const bytes = await readFile(join(directory, 'kek'))
    await kek.beginEpoch()
    await kek.discard(first ?? '')
    expect(await readdir(directory)).toEqual(['kek-2'])
    const again = await kekFolder({ directory })
    await again.beginEpoch()
    expect(await readdir(directory)).toEqual(['kek-2', 'kek-3'])
    for (const name of await readdir(directory))
      expect(await readFile(join(directory, name))).not.toEqual(bytes)
  })

  test('overwrites the bytes of an epoch before its file goes', async () => {
    const kek = await kekFolder({ directory })
    const [first] = await kek.epochs()
    const bytes = await readFile(join(directory, 'kek'))
    // A second name of the same bytes on the disk.
    await link(join(directory, 'kek'), join(directory, 'same-bytes'))
    await kek.beginEpoch()
    await kek.discard(first ?? '')
    const left = await readFile(join(directory, 'same-bytes'))
    expect(left).toHaveLength(bytes.length)
    expect(left).not.toEqual(bytes)
  })

  test('orders its epochs by number, not by name', async () => {
    const kek = await kekFolder({ directory })
    const begun = ['']
    for (let count = 0; count < 10; count += 1) begun.push(await kek.beginEpoch())
    expect((await kek.epochs()).slice(1)).toEqual(begun.slice(1))
  })
})
