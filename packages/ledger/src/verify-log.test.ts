import { describe, expect, test } from 'vitest'
import { encodeEntryBundle } from './entry-bundle.ts'
import { TILE_WIDTH, type Tile, tilePath, tilesOf } from './tile.ts'
import { HASH_BYTES, leafHash, rootOf } from './tree.ts'
import { type LogVerdict, verifyLog } from './verify-log.ts'

/** A whole log in memory, of which a test spoils a part. */
interface SmallLog {
  readonly size: number
  root: Uint8Array
  readonly tiles: Map<string, Buffer>
  readonly bundles: Buffer[]
}

function logOf(entries: readonly Uint8Array[]): SmallLog {
  const rows: Uint8Array[][] = [entries.map(leafHash)]
  for (let row = rows[0] ?? []; row.length >= TILE_WIDTH; ) {
    row = groupsOf(row)
      .filter((group) => group.length === TILE_WIDTH)
      .map(rootOf)
    rows.push(row)
  }
  const bytesOf = ({ level, index, width }: Tile): Buffer =>
    Buffer.concat((rows[Number(level)] ?? []).slice(index * TILE_WIDTH, index * TILE_WIDTH + width))
  return {
    size: entries.length,
    root: rootOf(rows[0] ?? []),
    tiles: new Map(
      Array.from(tilesOf(entries.length), (tile) => [tilePath(tile), bytesOf(tile)] as const),
    ),
    bundles: groupsOf(entries).map((group) => Buffer.from(encodeEntryBundle(group))),
  }
}

const groupsOf = (row: readonly Uint8Array[]): Uint8Array[][] =>
  Array.from({ length: Math.ceil(row.length / TILE_WIDTH) }, (_, at) =>
    row.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH),
  )

interface Hooks {
  readonly progress?: (leaves: number) => void
  readonly onEntry?: (leafIndex: number, bytes: Uint8Array) => string | undefined
}

function verify(log: SmallLog, hooks: Hooks = {}): Promise<LogVerdict> {
  return verifyLog({
    checkpoint: { origin: 'ledger.example/log', size: log.size, root: log.root },
    tiles: { readTile: async (tile) => log.tiles.get(tilePath(tile)) },
    entries: async (index) => log.bundles[index],
    ...hooks,
  })
}

const entriesOf = (size: number): Buffer[] =>
  Array.from({ length: size }, (_, at) => Buffer.from(`entry ${at}`.padEnd(20 + (at % 7))))

const flip = (bytes: Buffer | undefined, at: number): void => {
  if (bytes === undefined) throw new Error('no such bytes')
  bytes[at] = (bytes[at] ?? 0) ^ 1
}

/** The bundles of other entries under the tiles and the checkpoint of the first. */
const withEntries = (log: SmallLog, entries: readonly Uint8Array[]): SmallLog => ({
  ...log,
  bundles: groupsOf(entries).map((group) => Buffer.from(encodeEntryBundle(group))),
})

describe('a log that is whole', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 600, 65_536, 70_000])(
    'of %d leaves verifies',
    async (size) => {
      expect(await verify(logOf(entriesOf(size)))).toEqual({ ok: true, entries: size })
    },
  )

  test('hands over each entry once, in order, and tells of its progress', async () => {
    const entries = entriesOf(600)
    const seen: string[] = []
    const progress: number[] = []
    const onEntry = (leafIndex: number, bytes: Uint8Array): undefined => {
      seen.push(`${leafIndex} ${Buffer.from(bytes)}`)
    }
    await verify(logOf(entries), { onEntry, progress: (leaves) => progress.push(leaves) })
    expect(seen).toEqual(entries.map((entry, at) => `${at} ${entry}`))
    expect(progress).toEqual([256, 512, 600])
  })

  test('has each tile and each bundle read once', async () => {
    const log = logOf(entriesOf(600))
    const read: string[] = []
    await verifyLog({
      checkpoint: { origin: 'ledger.example/log', size: 600, root: log.root },
      tiles: {
        readTile: async (tile) => {
          read.push(tilePath(tile))
          return log.tiles.get(tilePath(tile))
        },
      },
      entries: async (index, width) => {
        read.push(`${index} ${width}`)
        return log.bundles[index]
      },
    })
    expect(read.toSorted()).toEqual([
      '0 256',
      '1 256',
      '2 88',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/88',
      'tile/1/000.p/2',
    ])
  })

  test('takes entries of 0 and of 65,535 bytes', async () => {
    const log = logOf([Buffer.alloc(0), Buffer.alloc(65_535, 1), Buffer.alloc(0)])
    expect(await verify(log)).toEqual({ ok: true, entries: 3 })
  })
})

describe('the first bad leaf is named', () => {
  const entries = entriesOf(600)
  const places = [0, 1, 255, 256, 300, 511, 512, 598]

  test.each(places)('entry %d changed', async (leafIndex) => {
    const changed = entries.map((entry, at) => (at === leafIndex ? Buffer.from('other') : entry))
    expect(await verify(withEntries(logOf(entries), changed))).toMatchObject({
      ok: false,
      leafIndex,
    })
  })

  test.each(places)('entry %d swapped with the next', async (leafIndex) => {
    const swapped = [...entries]
    swapped.splice(leafIndex, 2, ...entries.slice(leafIndex, leafIndex + 2).toReversed())
    expect(await verify(withEntries(logOf(entries), swapped))).toMatchObject({
      ok: false,
      leafIndex,
    })
  })

  test.each([...places, 599])('entry %d dropped', async (leafIndex) => {
    const dropped = entries.toSpliced(leafIndex, 1)
    expect(await verify(withEntries(logOf(entries), dropped))).toMatchObject({
      ok: false,
      leafIndex,
    })
  })

  test.each(places)('an entry inserted before %d', async (leafIndex) => {
    const inserted = entries.toSpliced(leafIndex, 0, Buffer.from('inserted'))
    expect(await verify(withEntries(logOf(entries), inserted))).toMatchObject({
      ok: false,
      leafIndex,
    })
  })

  test.each([...places, 599])('the hash of leaf %d changed in its tile', async (leafIndex) => {
    const log = logOf(entries)
    const path = [...log.tiles.keys()][Math.floor(leafIndex / TILE_WIDTH)] ?? ''
    flip(log.tiles.get(path), (leafIndex % TILE_WIDTH) * HASH_BYTES + 31)
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex })
  })

  test.each([0, 1])('hash %d of the tile above changed: the first leaf below it', async (at) => {
    const log = logOf(entries)
    flip(log.tiles.get('tile/1/000.p/2'), at * HASH_BYTES)
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: at * TILE_WIDTH })
  })

  test('entry and tile changed alike: the first leaf below the hash that no longer fits', async () => {
    const changed = entries.map((entry, at) => (at === 300 ? Buffer.from('other') : entry))
    const log = logOf(changed)
    const above = logOf(entries).tiles.get('tile/1/000.p/2')
    if (above !== undefined) log.tiles.set('tile/1/000.p/2', above)
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: 256 })
  })

  test('all of it made again under the old checkpoint: no leaf, but never ok', async () => {
    const changed = entries.map((entry, at) => (at === 300 ? Buffer.from('other') : entry))
    const log = { ...logOf(changed), root: logOf(entries).root }
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: null })
  })

  test('an empty log under the root of another', async () => {
    const log = { ...logOf([]), root: logOf(entries).root }
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: null })
  })

  test.each([0, 1, 128, 255])('a bundle cut off within its entry %d', async (at) => {
    const log = logOf(entries)
    const ends = entries.slice(TILE_WIDTH, TILE_WIDTH + at + 1).map(({ length }) => 2 + length)
    const end = ends.reduce((sum, length) => sum + length, 0)
    const whole = log.bundles[1] ?? Buffer.alloc(0)
    for (const length of [end - (ends.at(-1) ?? 0), end - (ends.at(-1) ?? 0) + 1, end - 1]) {
      log.bundles[1] = whole.subarray(0, length)
      expect(await verify(log)).toMatchObject({ ok: false, leafIndex: TILE_WIDTH + at })
    }
  })

  test('bytes behind the last entry of a bundle', async () => {
    const log = logOf(entries)
    log.bundles[1] = Buffer.concat([log.bundles[1] ?? Buffer.alloc(0), Buffer.of(0)])
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: 511 })
  })

  test.each([
    ['tile/0/000', 0],
    ['tile/0/001', 256],
    ['tile/0/002.p/88', 512],
    ['tile/1/000.p/2', 0],
  ])('%s missing, a hash short or a hash long', async (path, leafIndex) => {
    const whole = logOf(entries)
    const tile = whole.tiles.get(path) ?? Buffer.alloc(0)
    for (const other of [
      undefined,
      tile.subarray(HASH_BYTES),
      Buffer.concat([tile, Buffer.alloc(HASH_BYTES)]),
    ]) {
      const log = { ...whole, tiles: new Map(whole.tiles) }
      if (other === undefined) log.tiles.delete(path)
      else log.tiles.set(path, other)
      expect(await verify(log)).toMatchObject({ ok: false, leafIndex })
    }
  })

  test('a bundle missing', async () => {
    const log = logOf(entries)
    log.bundles.length = 2
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: 512 })
  })

  test('whoever looks at the entries finds one bad: the earlier of it and a wrong hash', async () => {
    const onEntry = (leafIndex: number) => (leafIndex === 300 ? 'not what it should be' : undefined)
    const verdict = { ok: false, leafIndex: 300, reason: 'not what it should be' }
    expect(await verify(logOf(entries), { onEntry })).toEqual(verdict)
    for (const [spoiled, first] of [
      [299, 299],
      [301, 300],
    ] as const) {
      const changed = entries.map((entry, at) => (at === spoiled ? Buffer.from('other') : entry))
      const log = withEntries(logOf(entries), changed)
      expect(await verify(log, { onEntry })).toMatchObject({ ok: false, leafIndex: first })
    }
  })

  test('three levels up', async () => {
    const log = logOf(entriesOf(70_000))
    flip(log.tiles.get('tile/2/000.p/1'), 5)
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: 0 })
  })

  test('the second tile of a level', async () => {
    const log = logOf(entriesOf(70_000))
    flip(log.tiles.get('tile/1/001.p/17'), 16 * HASH_BYTES)
    expect(await verify(log)).toMatchObject({ ok: false, leafIndex: 65_536 + 16 * 256 })
  })
})

describe('every single bit', () => {
  test.each([
    ['40 entries, one bit in 5', 40, 5],
    ['300 entries, one bit in 409', 300, 409],
  ])('of the tiles and bundles of a log of %s matters', async (_name, size, step) => {
    const log = logOf(entriesOf(size))
    for (const part of [...log.tiles.values(), ...log.bundles]) {
      for (let bit = 0; bit < part.length * 8; bit += step) {
        part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const { ok } = await verify(log)
        part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        if (ok) expect.fail(`bit ${bit} is harmless`)
      }
    }
    expect(await verify(log)).toEqual({ ok: true, entries: size })
  })
})

describe('a source that fails', () => {
  test('is passed on as it is', async () => {
    const log = logOf(entriesOf(3_000))
    const failing = verifyLog({
      checkpoint: { origin: 'ledger.example/log', size: log.size, root: log.root },
      tiles: { readTile: async (tile) => log.tiles.get(tilePath(tile)) },
      entries: async (index) => {
        if (index >= 2) throw new Error('the disk does not answer')
        return log.bundles[index]
      },
    })
    await expect(failing).rejects.toThrow('the disk does not answer')
  })
})
