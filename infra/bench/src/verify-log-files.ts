/** A ledger of any size on disk, in the layout of tlog-tiles: entries like those of a bureau, the same ones each time. */
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { type Entry, encodeEntry } from '@wederhoor/ledger/entry'
import { ENTRY_BYTES_MAX, encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { fileLender } from '@wederhoor/ledger/lent-file'
import { TILE_WIDTH, type Tile, tilePath, tilesOf } from '@wederhoor/ledger/tile'
import type { TileSource } from '@wederhoor/ledger/tile-hashes'
import { HASH_BYTES, leafHash, rootOf } from '@wederhoor/ledger/tree'

export const LEDGER = 'bench.localhost/ledger'

/** Writes tiles and entry bundles; holds the hashes of one level and one bundle. */
export function writeLog(directory: string, size: number): Checkpoint {
  let row: Uint8Array[] = []
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const entries = Array.from({ length: Math.min(TILE_WIDTH, size - first) }, (_, at) =>
      entryOf(first + at),
    )
    const tile = { level: 'entries', index: first / TILE_WIDTH, width: entries.length } as const
    write(directory, tilePath(tile), encodeEntryBundle(entries))
    row.push(...entries.map(leafHash))
  }
  const root = rootOf(row)
  let level = 0
  for (const tile of tilesOf(size)) {
    if (tile.level !== level) {
      level += 1
      row = Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, at) =>
        rootOf(row.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)),
      )
    }
    const start = tile.index * TILE_WIDTH
    write(directory, tilePath(tile), Buffer.concat(row.slice(start, start + tile.width)))
  }
  return { origin: LEDGER, size, root }
}

function write(directory: string, path: string, bytes: Uint8Array): void {
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
}

/** What a verifier reads from. */
export function logFiles(directory: string) {
  const lender = fileLender()
  const read = (tile: Tile, bytesMax: number): Buffer | undefined =>
    lender.read(join(directory, tilePath(tile)), bytesMax)
  return {
    tiles: {
      readTile: async (tile) => {
        const bytes = read(tile, TILE_WIDTH * HASH_BYTES)
        return bytes && Buffer.from(bytes)
      },
    } satisfies TileSource,
    entries: async (index: number, width: number): Promise<Uint8Array | undefined> =>
      read({ level: 'entries', index, width }, BUNDLE_BYTES_MAX),
  }
}

const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES_MAX)

const KINDS = [
  { category: 'case', type: 'NoteAdded', commitments: ['/text'] },
  { category: 'hearing', type: 'StatementHeard', commitments: ['/statement', '/summary'] },
  { category: 'intake', type: 'ReportReceived', commitments: ['/story', '/name', '/contact'] },
] as const

/** Streams of eight entries, sixty-four of them growing side by side. */
function entryOf(index: number): Uint8Array {
  const stream = (index % 64) + 64 * Math.floor(index / 512)
  const kind = KINDS[stream % KINDS.length] ?? KINDS[0]
  const at = new Date(1_700_000_000_000 + index * 1_000).toISOString()
  const entry: Entry = {
    v: 1,
    ledger: LEDGER,
    dossier: uuidOf(`dossier ${stream}`),
    stream: `${kind.category}-${uuidOf(`stream ${stream}`)}`,
    revision: Math.floor((index % 512) / 64),
    id: uuidOf(`id ${index}`),
    type: kind.type,
    schemaVersion: 1,
    n: digestOf(`nonce ${index}`).slice(0, 22),
    recordedAt: at,
    occurredAt: at,
    actor: {
      role: 'caseworker',
      desk: 'loket-utrecht',
      pseudonym: uuidOf(`actor ${stream}`) as Entry['actor']['pseudonym'],
    },
    power: { code: 'bijstand', version: '2024-01' },
    policy: '2024-01',
    causation: uuidOf(`cause ${index}`),
    correlation: uuidOf(`correlation ${index}`),
    trace: null,
    data: { party: uuidOf(`party ${stream}`), channel: 'telefoon', direction: 'in', count: index },
    c: Object.fromEntries(kind.commitments.map((path) => [path, digestOf(`${path} ${index}`)])),
  }
  return encodeEntry(entry)
}

const digestOf = (text: string): string => hash('sha256', text, 'base64url')

function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
