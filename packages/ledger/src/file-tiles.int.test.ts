import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileTiles } from './file-tiles.ts'
import { hashes, noteAt, tileStorageConformance } from './tile-storage-conformance.ts'

const folder = () => mkdtemp(join(tmpdir(), 'wederhoor-tiles-'))

tileStorageConformance('files', async () => {
  const directory = await folder()
  return {
    open: () => fileTiles({ directory }),
    close: () => rm(directory, { recursive: true }),
  }
})

describe('a folder of tiles', () => {
  test('is laid out as tlog-tiles says, without partial tiles that a wider one replaced', async () => {
    const directory = await folder()
    const tiles = fileTiles({ directory })
    const tile = (width: number) => ({
      tile: { level: 0, index: 1_234, width },
      bytes: hashes(width),
    })
    await tiles.writeTiles([tile(1)])
    await tiles.writeTiles([tile(200)])
    const at = join(directory, '1', 'tile', '0', 'x001')
    expect(await readdir(join(at, '234.p'))).toEqual(['200'])
    await tiles.writeTiles([tile(256)])
    expect(await readdir(join(at, '234.p'))).toEqual([])
    expect(await readFile(join(at, '234'))).toEqual(hashes(256))
    await tiles.publish('integrated', await noteAt(9), 9)
    expect(await readFile(join(directory, '1', 'checkpoint'), 'utf8')).toBe(await noteAt(9))
    await rm(directory, { recursive: true })
  })

  test('that is a file says so', async () => {
    const directory = await folder()
    await writeFile(join(directory, 'file'), '')
    const tiles = fileTiles({ directory: join(directory, 'file') })
    await expect(tiles.readEpoch()).rejects.toMatchObject({ code: 'unavailable' })
    await rm(directory, { recursive: true })
  })
})
