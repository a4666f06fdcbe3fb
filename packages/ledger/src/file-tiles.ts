/** Tile storage in plain files: each epoch is a folder in the layout of c2sp.org/tlog-tiles, which any web server can serve. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkpointIn } from './integration.ts'
import { TILE_WIDTH, type Tile, tilePath } from './tile.ts'
import {
  type CheckpointKind,
  type Epoch,
  isOfOrigin,
  type TileBytes,
  type TileStorage,
  TileStorageError,
} from './tile-storage.ts'
import { HASH_BYTES } from './tree.ts'
import {
  hasCode,
  syncDirectory,
  type VersionedFile,
  versionedFile,
  writeDurably,
} from './versioned-file.ts'

/**
 * `<directory>/<epoch>/tile/…` and `<directory>/<epoch>/checkpoint`; of a partial tile the widest is kept. Beside them,
 * as versions: `epochs`, `vkeys` and, in each epoch, `integrated` and `witnessed`, the published notes; `checkpoint` is a
 * copy of the first for whoever serves the folder. The folder is made when it is absent.
 */
export function fileTiles({ directory }: { readonly directory: string }): TileStorage {
  const epochs = versionedFile(directory, 'epochs')
  const vkeys = versionedFile(directory, 'vkeys')
  const folderOf = (epoch: number) => join(directory, String(epoch))
  const noteOf = (epoch: number, kind: CheckpointKind) => versionedFile(folderOf(epoch), kind)

  async function readEpochs(): Promise<readonly Epoch[]> {
    return linesOf((await epochs.read()).text).map((line) => {
      const at = line.indexOf(' ')
      return { number: Number(line.slice(0, at)), origin: line.slice(at + 1) }
    })
  }
  const currentEpoch = async () => (await readEpochs()).at(-1)
  const currentNumber = async () => (await currentEpoch())?.number ?? 1

  async function readTileOf(epoch: number, tile: Tile): Promise<Uint8Array | undefined> {
    if (tile.level === 'entries') return undefined
    const widest = await widestOf(folderOf(epoch), tile)
    const length = tile.width * HASH_BYTES
    return widest === undefined || widest.length < length ? undefined : widest.subarray(0, length)
  }

  async function publish(kind: CheckpointKind, note: string, size: number) {
    const epoch = await currentEpoch()
    if (epoch !== undefined && !isOfOrigin(note, epoch.origin)) return 'behind'
    const number = epoch?.number ?? 1
    const file = noteOf(number, kind)
    for (;;) {
      const before = await file.read()
      if (before.text !== undefined && checkpointIn(before.text).size > size) return 'behind'
      if (!(await file.replace(before.number, note))) continue
      if (kind === 'integrated') await copyInto(join(folderOf(number), 'checkpoint'), note)
      return 'published'
    }
  }

  return answering({
    readTile: async (tile) => readTileOf(await currentNumber(), tile),
    readTileOf,
    async writeTiles(tiles) {
      const folder = folderOf(await currentNumber())
      for (const tile of tiles) await writeTile(folder, tile)
    },
    readCheckpoint: async (kind) => (await noteOf(await currentNumber(), kind).read()).text,
    readCheckpointOf: async (epoch, kind) => (await noteOf(epoch, kind).read()).text,
    publish,
    readVkeys: async () => [...linesOf((await vkeys.read()).text)].reverse(),
    keepVkey: (vkey) => appended(vkeys, (lines) => (lines.includes(vkey) ? undefined : vkey)),
    readEpoch: currentEpoch,
    readEpochs,
    keepEpoch: ({ number, origin }) =>
      appended(epochs, (lines) => {
        const line = `${number} ${origin}`
        const last = Number.parseInt(lines.at(-1) ?? '0', 10)
        if (lines.at(-1) === line) return undefined
        if (number > last) return line
        throw new TileStorageError('epoch-differs', `epoch ${last} has begun already`)
      }),
  })
}

async function widestOf(folder: string, tile: Tile): Promise<Uint8Array | undefined> {
  const full = join(folder, tilePath({ ...tile, width: TILE_WIDTH }))
  for (;;) {
    const whole = await contentOf(full)
    if (whole !== undefined) return whole
    const [widest] = await partialWidths(full)
    if (widest === undefined) return undefined
    const partial = await contentOf(join(`${full}.p`, String(widest)))
    // A wider one may have taken its place between the two calls.
    if (partial !== undefined) return partial
  }
}

async function partialWidths(full: string): Promise<readonly number[]> {
  try {
    const names = await readdir(`${full}.p`)
    return names
      .flatMap((name) => (/^[1-9]\d*$/.test(name) ? [Number(name)] : []))
      .sort((left, right) => right - left)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

async function writeTile(folder: string, { tile, bytes }: TileBytes): Promise<void> {
  const before = (await widestOf(folder, tile)) ?? new Uint8Array()
  const common = Math.min(before.length, bytes.length)
  if (Buffer.compare(before.subarray(0, common), bytes.subarray(0, common)) !== 0)
    throw new TileStorageError('tile-differs', `${tilePath(tile)} exists with other hashes`)
  if (bytes.length <= before.length) return
  const path = join(folder, tilePath(tile))
  await makeFolder(folder, dirname(path))
  const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}`)
  try {
    await writeDurably(draft, bytes)
    await link(draft, path)
  } catch (error) {
    // Somebody else was first, with the same hashes or not.
    if (hasCode(error, 'EEXIST')) return writeTile(folder, { tile, bytes })
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  await syncDirectory(dirname(path))
  const full = join(folder, tilePath({ ...tile, width: TILE_WIDTH }))
  for (const width of await partialWidths(full)) {
    if (width < tile.width) await rm(join(`${full}.p`, String(width)), { force: true })
  }
}

/** Every folder on the way to `path` is made, and its name made durable in the folder above it. */
async function makeFolder(folder: string, path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o755 })
  if (first === undefined) return
  for (let at = path; at.length > folder.length; at = dirname(at)) await syncDirectory(dirname(at))
}

async function copyInto(path: string, note: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeDurably(draft, note)
  await rename(draft, path)
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function appended(
  file: VersionedFile,
  lineAfter: (lines: readonly string[]) => string | undefined,
): Promise<void> {
  for (;;) {
    const { number, text } = await file.read()
    const lines = linesOf(text)
    const line = lineAfter(lines)
    if (line === undefined) return
    if (await file.replace(number, `${[...lines, line].join('\n')}\n`)) return
  }
}

const linesOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.split('\n').slice(0, -1)

/** What the file system says becomes the port's error. */
function answering(storage: TileStorage): TileStorage {
  const wrap =
    <Given extends readonly unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      try {
        return await call(...given)
      } catch (cause) {
        if (cause instanceof TileStorageError) throw cause
        throw new TileStorageError('unavailable', 'the folder of tiles does not answer', { cause })
      }
    }
  return {
    readTile: wrap(storage.readTile),
    readTileOf: wrap(storage.readTileOf),
    writeTiles: wrap(storage.writeTiles),
    readCheckpoint: wrap(storage.readCheckpoint),
    readCheckpointOf: wrap(storage.readCheckpointOf),
    publish: wrap(storage.publish),
    readVkeys: wrap(storage.readVkeys),
    keepVkey: wrap(storage.keepVkey),
    readEpoch: wrap(storage.readEpoch),
    readEpochs: wrap(storage.readEpochs),
    keepEpoch: wrap(storage.keepEpoch),
  }
}
