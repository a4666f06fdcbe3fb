/** Tile storage in PostgreSQL, one schema for each ledger (`migrateTiles` makes it). */
import type { Pool } from 'pg'
import { tilesSchema } from './migrate-tiles.ts'
import type { Tile } from './tile.ts'
import {
  type CheckpointKind,
  type Epoch,
  isOfOrigin,
  type TileBytes,
  type TileStorage,
  TileStorageError,
} from './tile-storage.ts'
import { HASH_BYTES } from './tree.ts'

const durable = `select set_config('synchronous_commit',
  case when current_setting('synchronous_commit') = 'remote_apply' then 'remote_apply' else 'on' end, true)`

/**
 * Each call is one statement and so one transaction, durable before it answers, whatever the server's default. The
 * database refuses every change of what exists to the role that writes; see the migration.
 */
export function postgresTiles(source: {
  /** A role that is a member of `tilesKeeper`, or of the reader for reading only. */
  readonly pool: Pool
  readonly ledgerName: string
}): TileStorage {
  const schema = tilesSchema(source.ledgerName)
  const currentEpoch = `coalesce((select max(number) from ${schema}.epoch), 1)`

  async function ask<Row extends Record<string, unknown>>(
    name: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    try {
      const query = { name: `${schema}.${name}`, text, values: [...values] }
      const { rows } = await source.pool.query<Row>(query)
      return rows
    } catch (cause) {
      throw failureOf(cause)
    }
  }

  const hashesOf = (rows: readonly { hashes: Buffer }[], { width }: Tile) => {
    const hashes = rows[0]?.hashes
    return hashes?.length === width * HASH_BYTES ? hashes : undefined
  }

  async function readEpochs(): Promise<readonly Epoch[]> {
    return ask<{ number: number; origin: string }>(
      'epochs',
      `select number, origin from ${schema}.epoch order by number`,
    )
  }

  async function readTile(tile: Tile): Promise<Uint8Array | undefined> {
    if (tile.level === 'entries') return undefined
    const rows = await ask<{ hashes: Buffer }>(
      'tile',
      `select substring(hashes for $3) as hashes from ${schema}.tile
        where epoch = ${currentEpoch} and level = $1 and index = $2`,
      [tile.level, tile.index, tile.width * HASH_BYTES],
    )
    return hashesOf(rows, tile)
  }

  async function readTileOf(epoch: number, tile: Tile): Promise<Uint8Array | undefined> {
    if (tile.level === 'entries') return undefined
    const rows = await ask<{ hashes: Buffer }>(
      'tile_of',
      `select substring(hashes for $4) as hashes from ${schema}.tile
        where epoch = $1 and level = $2 and index = $3`,
      [epoch, tile.level, tile.index, tile.width * HASH_BYTES],
    )
    return hashesOf(rows, tile)
  }

  /** The trigger refuses a wider tile with another beginning; a narrower one is compared here. */
  async function writeTiles(tiles: readonly TileBytes[]): Promise<void> {
    if (tiles.length === 0) return
    const rows = await ask<{ differs: boolean }>(
      'write_tiles',
      `with durable as (${durable}),
        given as (
          select level, index, hashes
          from durable, unnest($1::smallint[], $2::bigint[], $3::bytea[]) as t (level, index, hashes)
        ),
        written as (
          insert into ${schema}.tile as kept (epoch, level, index, hashes)
            select ${currentEpoch}, level, index, hashes from given order by level, index
          on conflict (epoch, level, index) do update set hashes = excluded.hashes
            where octet_length(kept.hashes) < octet_length(excluded.hashes)
          returning level, index
        )
        select exists (
          select from given join ${schema}.tile as kept using (level, index)
          where kept.epoch = ${currentEpoch} and octet_length(kept.hashes) >= octet_length(given.hashes)
            and substring(kept.hashes for octet_length(given.hashes)) <> given.hashes
        ) as differs, (select count(*) from written) as written`,
      [
        tiles.map(({ tile }) => tile.level),
        tiles.map(({ tile }) => tile.index),
        tiles.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
      ],
    )
    if (rows[0]?.differs === true)
      throw new TileStorageError('tile-differs', `a tile of ${schema} exists with other hashes`)
  }

  const readCheckpoint = async (
    epoch: string,
    kind: CheckpointKind,
    values: readonly unknown[],
  ) => {
    const [row] = await ask<{ note: string }>(
      values.length === 0 ? 'checkpoint' : 'checkpoint_of',
      `select note from ${schema}.checkpoint where kind = $1 and epoch = ${epoch}`,
      [kind, ...values],
    )
    return row?.note
  }

  return {
    readTile,
    readTileOf,
    writeTiles,
    readCheckpoint: (kind) => readCheckpoint(currentEpoch, kind, []),
    readCheckpointOf: (epoch, kind) => readCheckpoint('$2', kind, [epoch]),
    async publish(kind, note, size) {
      const epoch = (await readEpochs()).at(-1)
      if (epoch !== undefined && !isOfOrigin(note, epoch.origin)) return 'behind'
      const rows = await ask(
        'publish',
        `with durable as (${durable})
          insert into ${schema}.checkpoint as kept (epoch, kind, size, note)
            select $1::integer, $2, $3, $4 from durable where ${currentEpoch} = $1::integer
          on conflict (epoch, kind) do update set size = excluded.size, note = excluded.note
            where kept.size <= excluded.size
          returning size`,
        [epoch?.number ?? 1, kind, size, note],
      )
      return rows.length === 1 ? 'published' : 'behind'
    },
    async readVkeys() {
      const rows = await ask<{ vkey: string }>(
        'vkeys',
        `select vkey from ${schema}.vkey order by number desc`,
      )
      return rows.map(({ vkey }) => vkey)
    },
    async keepVkey(vkey) {
      await ask(
        'keep_vkey',
        `with durable as (${durable})
          insert into ${schema}.vkey (vkey) select $1 from durable
            where not exists (select from ${schema}.vkey where vkey = $1) on conflict do nothing`,
        [vkey],
      )
    },
    readEpoch: async () => (await readEpochs()).at(-1),
    readEpochs,
    async keepEpoch({ number, origin }) {
      await ask(
        'keep_epoch',
        `with durable as (${durable})
          insert into ${schema}.epoch (number, origin) select $1::integer, $2 from durable
            where not exists (select from ${schema}.epoch where number >= $1::integer) on conflict do nothing`,
        [number, origin],
      )
      const last = (await readEpochs()).at(-1)
      if (last?.number !== number || last.origin !== origin)
        throw new TileStorageError('epoch-differs', `epoch ${last?.number} has begun already`)
    },
  }
}

function failureOf(cause: unknown): TileStorageError {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'WD010')
    return new TileStorageError('tile-differs', 'a tile exists with other hashes', { cause })
  return new TileStorageError('unavailable', 'the storage of tiles did not answer', { cause })
}
