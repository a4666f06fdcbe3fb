import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileLender } from './lent-file.ts'

describe('files read into one memory', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lent-file-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('come back as they are, whatever was read before', async () => {
    const lender = fileLender()
    for (const length of [0, 10, 512 * 1_024, 512 * 1_024 - 1, 3_000_000, 1]) {
      const file = join(folder, String(length))
      await writeFile(file, Buffer.alloc(length, length % 251))
      const bytes = lender.read(file, 4_000_000)
      expect(bytes?.equals(Buffer.alloc(length, length % 251))).toBe(true)
    }
  })

  test('that are not there are nothing', () => {
    expect(fileLender().read(join(folder, 'absent'), 10)).toBeUndefined()
  })

  test('that are too long or links are refused', async () => {
    const file = join(folder, 'long')
    await writeFile(file, Buffer.alloc(11))
    await symlink(file, join(folder, 'link'))
    expect(() => fileLender().read(file, 10)).toThrow(RangeError)
    expect(() => fileLender().read(join(folder, 'link'), 100)).toThrow()
    expect(() => fileLender().read(folder, 100)).toThrow()
  })
})
