/**
 * The public read interface of the two logs, C2SP tlog-tiles: anybody may fetch checkpoints and hashes and so watch the
 * log without being told a word of what is in it. Entry bundles are for those who may read the ledger, by a bearer token
 * or by that token as the password of HTTP Basic. The paths are those of the format, so they stand beside the API. Each
 * epoch has an address of its own, for its tree is another one: what was read at an address may be kept for ever.
 */
import type { Position } from '@wederhoor/event-store/port'
import { START } from '@wederhoor/event-store/port'
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { everyone, roles } from '@wederhoor/identity/access'
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { parseTilePath, TILE_WIDTH, type Tile, tileWidth } from '@wederhoor/ledger/tile'
import { leafHash } from '@wederhoor/ledger/tree'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import { z } from 'zod'

const logNames = ['case-history', 'access'] as const
export type LogName = (typeof logNames)[number]

const logParams = z.object({ log: z.enum(logNames) })
/** Absent at the address of the first epoch. */
const epochParams = logParams.extend({
  number: z
    .string()
    .regex(/^(?:[2-9]|[1-9]\d{1,6})$/)
    .transform(Number)
    .optional(),
})
const tileParams = epochParams.extend({
  '*': z.string().describe('Level and number of the tile: `0/x001/067.p/12`.'),
})

/** Where an epoch of a log is read, below the address of this service. */
export const logAddress = (log: LogName, epoch: number): string =>
  epoch === 1 ? `/log/${log}/` : `/log/${log}/epoch/${epoch}/`

const TEXT_TYPE = 'text/plain; charset=utf-8'
const TILE_TYPE = 'application/octet-stream'
/** A tile of a given width never changes within its epoch. */
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Only for whoever was let in; still never another. */
const IMMUTABLE_FOR_ONE = 'private, max-age=31536000, immutable'

export function logRoutes(app: Server, { evidence }: Pick<ServiceParts, 'evidence'>): void {
  const logOf = (name: LogName): LedgerEvidence =>
    name === 'access' ? evidence.access : evidence.caseHistory

  app.get(
    '/log/:log/epochs',
    {
      config: { access: everyone(), basic: true, produces: ['text/plain'] },
      schema: { hide: true, params: logParams },
    },
    async ({ params }, reply) => {
      const { tiles, origin } = logOf(params.log)
      const epochs = await tiles.readEpochs()
      const origins = epochs.length === 0 ? [origin] : epochs.map((epoch) => epoch.origin)
      reply.type(TEXT_TYPE).header('cache-control', 'no-cache')
      return reply.send(origins.map((line) => `${line}\n`).join(''))
    },
  )

  for (const address of ['/log/:log', '/log/:log/epoch/:number'] as const) {
    app.get(
      `${address}/checkpoint`,
      {
        config: { access: everyone(), basic: true, produces: ['text/plain'] },
        schema: { hide: true, params: epochParams },
      },
      async ({ params: { log, number = 1 } }, reply) => {
        const checkpoint = await logOf(log).tiles.readCheckpointOf(number, 'integrated')
        if (checkpoint === undefined) throw nothingYet()
        // Never from a cache: it changes within a second.
        reply.type(TEXT_TYPE).header('cache-control', 'no-cache')
        return reply.send(checkpoint)
      },
    )

    app.get(
      `${address}/witnessed-checkpoint`,
      {
        config: { access: everyone(), basic: true, produces: ['text/plain'] },
        schema: { hide: true, params: epochParams },
      },
      async ({ params: { log, number = 1 } }, reply) => {
        const checkpoint = await logOf(log).tiles.readCheckpointOf(number, 'witnessed')
        if (checkpoint === undefined) throw noWitnesses()
        reply.type(TEXT_TYPE).header('cache-control', 'no-cache')
        return reply.send(checkpoint)
      },
    )

    app.get(
      `${address}/tile/*`,
      {
        config: { access: everyone(), basic: true, produces: [TILE_TYPE] },
        schema: { hide: true, params: tileParams },
      },
      async ({ params: { log, number = 1, '*': path } }, reply) => {
        const tile = parseTilePath(`tile/${path}`)
        const bytes = tile && (await logOf(log).tiles.readTileOf(number, tile))
        if (bytes === undefined) throw noTile()
        reply.type(TILE_TYPE).header('cache-control', IMMUTABLE)
        return reply.send(Buffer.from(bytes))
      },
    )

    app.get(
      `${address}/tile/entries/*`,
      {
        config: { access: roles('auditor'), basic: true, produces: [TILE_TYPE] },
        schema: { hide: true, params: tileParams },
      },
      async ({ params: { log, number = 1, '*': path } }, reply) => {
        const tile = parseTilePath(`tile/entries/${path}`)
        const bundle = tile && (await entryBundle(logOf(log), number, tile))
        if (bundle === undefined) throw noTile()
        reply.type(TILE_TYPE).header('cache-control', IMMUTABLE_FOR_ONE)
        return reply.send(Buffer.from(bundle))
      },
    )
  }
}

/**
 * Made from the ledger each time, and only as far as the published checkpoint reaches. What an ended epoch signed may be
 * gone, or be another entry now: that is not given at its address.
 */
async function entryBundle(
  { store, tiles }: LedgerEvidence,
  epoch: number,
  { index, width }: Tile,
): Promise<Uint8Array | undefined> {
  const checkpoint = await tiles.readCheckpointOf(epoch, 'integrated')
  if (checkpoint === undefined) return undefined
  const { size } = parseCheckpoint(textOf(checkpoint))
  if (width > tileWidth({ level: 'entries', index }, size)) return undefined
  const first = index * TILE_WIDTH
  const stored = await store.readAll(first === 0 ? START : (String(first) as Position), width)
  const entries = stored.map(({ bytes }) => bytes)
  if (epoch !== ((await tiles.readEpoch())?.number ?? 1)) {
    const signed = await tiles.readTileOf(epoch, { level: 0, index, width })
    const hashes = Buffer.concat(entries.map(leafHash))
    if (signed === undefined || Buffer.compare(signed, hashes) !== 0) return undefined
  }
  return encodeEntryBundle(entries)
}

/** What was signed: the note up to its last empty line. */
const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1)

const nothingYet = () =>
  problem(404, { code: 'nothing-yet', detail: 'Nothing of this log has been signed yet.' })
const noWitnesses = () =>
  problem(404, {
    code: 'no-witnesses',
    detail: 'No quorum of witnesses has cosigned a checkpoint of this log.',
  })
const noTile = () =>
  problem(404, { code: 'no-tile', detail: 'The log holds no such tile, or not of this width.' })
