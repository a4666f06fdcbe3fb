/** What every tile storage must do; `world` opens storages on one and the same kept state. */
import { describe, expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import { ed25519Signer } from './signed-note.ts'
import type { Tile } from './tile.ts'
import type { TileStorage } from './tile-storage.ts'
import { leafHash } from './tree.ts'

interface TilesWorld {
  /** Another object on what is kept, as a second process has. */
  open(): TileStorage
  close(): Promise<void>
}

const origin = 'ledger.test/tiles'
const next = `${origin}/epoch/2`

export const hashes = (count: number, name = 'h'): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`${name} ${at}`))))

const tileOf = (width: number, level = 0, index = 0): Tile => ({ level, index, width })
const written = (width: number, name?: string) => ({
  tile: tileOf(width),
  bytes: hashes(width, name),
})

export const noteAt = (size: number, of = origin, seed = 1): Promise<string> =>
  signCheckpoint({ origin: of, size, root: leafHash(Buffer.from(String(size))) }, [
    ed25519Signer(of, Buffer.alloc(32, seed)),
  ])

export function tileStorageConformance(name: string, make: () => Promise<TilesWorld>): void {
  const inWorld = (work: (tiles: TileStorage, world: TilesWorld) => Promise<void>) => async () => {
    const world = await make()
    try {
      await work(world.open(), world)
    } finally {
      await world.close()
    }
  }

  describe(`a tile storage in ${name}`, () => {
    test(
      'gives back a tile, and a narrower one out of it, but never a wider one',
      inWorld(async (tiles, world) => {
        expect(await tiles.readTile(tileOf(1))).toBeUndefined()
        await tiles.writeTiles([written(5)])
        for (const one of [tiles, world.open()]) {
          expect(Buffer.from((await one.readTile(tileOf(5))) ?? [])).toEqual(hashes(5))
          expect(Buffer.from((await one.readTile(tileOf(2))) ?? [])).toEqual(hashes(2))
          expect(await one.readTile(tileOf(6))).toBeUndefined()
          expect(await one.readTile(tileOf(256))).toBeUndefined()
          expect(await one.readTile(tileOf(5, 1))).toBeUndefined()
          expect(await one.readTile(tileOf(5, 0, 1))).toBeUndefined()
          expect(await one.readTile({ level: 'entries', index: 0, width: 1 })).toBeUndefined()
        }
      }),
    )

    test(
      'extends a tile up to 256 hashes, and takes a repeat for what it is',
      inWorld(async (tiles) => {
        for (const width of [1, 5, 5, 3, 255, 256, 4, 256]) await tiles.writeTiles([written(width)])
        expect(Buffer.from((await tiles.readTile(tileOf(256))) ?? [])).toEqual(hashes(256))
        expect(Buffer.from((await tiles.readTile(tileOf(200))) ?? [])).toEqual(hashes(200))
      }),
    )

    test(
      'keeps many tiles of one call, of every level and of an index above 2^32',
      inWorld(async (tiles) => {
        const all = [tileOf(256), tileOf(9, 0, 1), tileOf(1, 1), tileOf(3, 2, 2 ** 40)]
        await tiles.writeTiles([])
        await tiles.writeTiles(
          all.map((tile) => ({ tile, bytes: hashes(tile.width, `${tile.level} ${tile.index}`) })),
        )
        for (const tile of all)
          expect(Buffer.from((await tiles.readTile(tile)) ?? [])).toEqual(
            hashes(tile.width, `${tile.level} ${tile.index}`),
          )
      }),
    )

    test.each([
      ['as wide', 5],
      ['wider', 9],
      ['narrower', 2],
    ])(
      'never changes a hash: a tile that is %s with other hashes is refused',
      async (_name, width) => {
        const world = await make()
        const tiles = world.open()
        await tiles.writeTiles([written(5)])
        await expect(tiles.writeTiles([written(width, 'other')])).rejects.toMatchObject({
          code: 'tile-differs',
        })
        expect(Buffer.from((await tiles.readTile(tileOf(5))) ?? [])).toEqual(hashes(5))
        await world.close()
      },
    )

    test(
      'publishes only forward, and each kind by itself',
      inWorld(async (tiles, world) => {
        expect(await tiles.readCheckpoint('integrated')).toBeUndefined()
        expect(await tiles.publish('integrated', await noteAt(5), 5)).toBe('published')
        expect(await tiles.publish('integrated', await noteAt(4), 4)).toBe('behind')
        expect(await world.open().readCheckpoint('integrated')).toBe(await noteAt(5))
        expect(await tiles.readCheckpoint('witnessed')).toBeUndefined()
        expect(await tiles.publish('witnessed', await noteAt(3), 3)).toBe('published')
        const resigned = await noteAt(5, origin, 2)
        expect(await tiles.publish('integrated', resigned, 5)).toBe('published')
        expect(await tiles.readCheckpoint('integrated')).toBe(resigned)
        expect(await tiles.publish('integrated', await noteAt(2 ** 33), 2 ** 33)).toBe('published')
        expect(await tiles.readCheckpoint('witnessed')).toBe(await noteAt(3))
      }),
    )

    test(
      'ends up at the largest of what many publish at once',
      inWorld(async (tiles, world) => {
        const sizes = [3, 9, 1, 7, 8, 2]
        const answers = await Promise.all(
          sizes.map(async (size) => world.open().publish('integrated', await noteAt(size), size)),
        )
        expect(await tiles.readCheckpoint('integrated')).toBe(await noteAt(9))
        expect(answers[1]).toBe('published')
      }),
    )

    test(
      'keeps public keys for ever, newest first',
      inWorld(async (tiles, world) => {
        for (const vkey of ['one+1', 'two+2', 'one+1', 'three+3']) await tiles.keepVkey(vkey)
        expect(await world.open().readVkeys()).toEqual(['three+3', 'two+2', 'one+1'])
      }),
    )

    test(
      'begins each epoch empty, and keeps what the one before it held',
      inWorld(async (tiles, world) => {
        expect(await tiles.readEpoch()).toBeUndefined()
        await tiles.keepEpoch({ number: 1, origin })
        await tiles.writeTiles([written(5)])
        await tiles.publish('integrated', await noteAt(5), 5)
        await tiles.keepEpoch({ number: 2, origin: next })
        await tiles.keepEpoch({ number: 2, origin: next })
        const other = world.open()
        expect(await other.readEpoch()).toEqual({ number: 2, origin: next })
        expect(await other.readCheckpoint('integrated')).toBeUndefined()
        expect(await other.readTile(tileOf(5))).toBeUndefined()
        await tiles.writeTiles([written(3, 'of the second')])
        expect(await tiles.publish('integrated', await noteAt(3, next), 3)).toBe('published')
        expect(Buffer.from((await other.readTileOf(1, tileOf(5))) ?? [])).toEqual(hashes(5))
        expect(await other.readCheckpointOf(1, 'integrated')).toBe(await noteAt(5))
        expect(await other.readCheckpointOf(2, 'integrated')).toBe(await noteAt(3, next))
        expect(await other.readEpochs()).toEqual([
          { number: 1, origin },
          { number: 2, origin: next },
        ])
      }),
    )

    test(
      'takes no checkpoint of an epoch that is over, nor an epoch that was passed',
      inWorld(async (tiles) => {
        await tiles.keepEpoch({ number: 3, origin: next })
        expect(await tiles.publish('integrated', await noteAt(900), 900)).toBe('behind')
        expect(await tiles.readCheckpoint('integrated')).toBeUndefined()
        for (const epoch of [
          { number: 2, origin },
          { number: 3, origin },
        ])
          await expect(tiles.keepEpoch(epoch)).rejects.toMatchObject({ code: 'epoch-differs' })
      }),
    )
  })
}
