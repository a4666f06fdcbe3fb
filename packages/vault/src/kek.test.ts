import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileKek, passingKek } from './kek.ts'

const dataKey = Buffer.alloc(32, 7)
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kek-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('a KEK file', () => {
  test('is made when absent, for its owner alone, and found again', async () => {
    const path = join(directory, 'secrets', 'kek')
    const made = await fileKek({ path })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const found = await fileKek({ path })
    expect(found.id).toBe(made.id)
    expect(Buffer.from(await found.unwrap(await made.wrap(dataKey, 'x'), 'x'))).toEqual(dataKey)
  })

  test('is one and the same for all who create it at once, and leaves no draft', async () => {
    const path = join(directory, 'kek')
    const keks = await Promise.all(Array.from({ length: 16 }, () => fileKek({ path })))
    expect(new Set(keks.map((kek) => kek.id)).size).toBe(1)
    expect(await readdir(directory)).toEqual(['kek'])
  })

  test('is refused when others may read it', async () => {
    const path = join(directory, 'kek')
    await fileKek({ path })
    await chmod(path, 0o644)
    await expect(fileKek({ path })).rejects.toMatchObject({ code: 'key-missing' })
  })

  test.each(['', 'AAAA', 'not a key at all, but long enough for one'])(
    'is refused when it holds %j',
    async (text) => {
      const path = join(directory, 'kek')
      await writeFile(path, text, { mode: 0o600 })
      await expect(fileKek({ path })).rejects.toMatchObject({ code: 'key-missing' })
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )
})

describe('a wrapped key', () => {
  test('opens only with the same KEK for the same purpose, unchanged', async () => {
    const kek = passingKek()
    const wrapped = await kek.wrap(dataKey, 'one')
    expect(Buffer.from(wrapped).includes(dataKey)).toBe(false)
    await expect(kek.unwrap(wrapped, 'other')).rejects.toMatchObject({ code: 'tampered' })
    await expect(passingKek().unwrap(wrapped, 'one')).rejects.toMatchObject({ code: 'tampered' })
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = Buffer.from(wrapped)
      changed.writeUInt8(changed.readUInt8(at) ^ 0x80, at)
      await expect(kek.unwrap(changed, 'one')).rejects.toMatchObject({ code: 'tampered' })
    }
  })
})
