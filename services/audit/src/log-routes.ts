/**
 * The public read interface of the two logs, C2SP tlog-tiles: anybody may fetch checkpoints and hashes and so watch the
 * log without being told a word of what is in it. Entry bundles are for those who may read the ledger, by a bearer token
 * or by that token as the password of HTTP Basic. The paths are those of the format, so they stand beside the API.
 */
import type { Position } from '@wederhoor/event-store/port'
import { START } from '@wederhoor/event-store/port'
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { everyone, roles } from '@wederhoor/identity/access'
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { parseTilePath, TILE_WIDTH, tileWidth } from '@wederhoor/ledger/tile'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import { z } from 'zod'

const logNames = ['case-history', 'access'] as const
export type LogName = (typeof logNames)[number]

const logParams = z.object({ log: z.enum(logNames) })
const tileParams = logParams.extend({
  '*': z.string().describe('Level and number of the tile: `0/x001/067.p/12`.'),
})

const CHECKPOINT_TYPE = 'text/plain; charset=utf-8'
const TILE_TYPE = 'application/octet-stream'
/** A tile of a given width never changes. */
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Only for whoever was let in; still never another. */
const IMMUTABLE_FOR_ONE = 'private, max-age=31536000, immutable'

export function logRoutes(app: Server, { evidence }: Pick<ServiceParts, 'evidence'>): void {
  const logOf = (name: LogName): LedgerEvidence =>
    name === 'access' ? evidence.access : evidence.caseHistory

  app.get(
    '/log/:log/checkpoint',
    {
      config: { access: everyone(), basic: true, produces: ['text/plain'] },
      schema: { hide: true, params: logParams },
    },
    async ({ params }, reply) => {
      const checkpoint = await logOf(params.log).tiles.readCheckpoint('integrated')
      if (checkpoint === undefined) throw nothingYet()
      // Never from a cache: it changes within a second.
      reply.type(CHECKPOINT_TYPE).header('cache-control', 'no-cache')
      return reply.send(checkpoint)
    },
  )

  app.get(
    '/log/:log/witnessed-checkpoint',
    {
      config: { access: everyone(), basic: true, produces: ['text/plain'] },
      schema: { hide: true, params: logParams },
    },
    async ({ params }, reply) => {
      const checkpoint = await logOf(params.log).tiles.readCheckpoint('witnessed')
      if (checkpoint === undefined)
        throw problem(404, {
          code: 'no-witnesses',
          detail: 'No quorum of witnesses has cosigned a checkpoint of this log.',
        })
      reply.type(CHECKPOINT_TYPE).header('cache-control', 'no-cache')
      return reply.send(checkpoint)
    },
  )

  app.get(
    '/log/:log/tile/*',
    {
      config: { access: everyone(), basic: true, produces: [TILE_TYPE] },
      schema: { hide: true, params: tileParams },
    },
    async ({ params }, reply) => {
      const tile = parseTilePath(`tile/${params['*']}`)
      const bytes = tile && (await logOf(params.log).tiles.readTile(tile))
      if (bytes === undefined) throw noTile()
      reply.type(TILE_TYPE).header('cache-control', IMMUTABLE)
      return reply.send(Buffer.from(bytes))
    },
  )

  app.get(
    '/log/:log/tile/entries/*',
    {
      config: { access: roles('auditor'), basic: true, produces: [TILE_TYPE] },
      schema: { hide: true, params: tileParams },
    },
    async ({ params }, reply) => {
      const tile = parseTilePath(`tile/entries/${params['*']}`)
      const bundle = tile && (await entryBundle(logOf(params.log), tile.index, tile.width))
      if (bundle === undefined) throw noTile()
      reply.type(TILE_TYPE).header('cache-control', IMMUTABLE_FOR_ONE)
      return reply.send(Buffer.from(bundle))
    },
  )
}

/** Made from the ledger each time, and only as far as the published checkpoint reaches. */
async function entryBundle(
  { store, tiles }: LedgerEvidence,
  index: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const checkpoint = await tiles.readCheckpoint('integrated')
  if (checkpoint === undefined) return undefined
  const { size } = parseCheckpoint(textOf(checkpoint))
  if (width > tileWidth({ level: 'entries', index }, size)) return undefined
  const first = index * TILE_WIDTH
  const entries = await store.readAll(first === 0 ? START : (String(first) as Position), width)
  return encodeEntryBundle(entries.map(({ bytes }) => bytes))
}

/** What was signed: the note up to its last empty line. */
const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1)

const nothingYet = () =>
  problem(404, { code: 'nothing-yet', detail: 'Nothing of this log has been signed yet.' })
const noTile = () =>
  problem(404, { code: 'no-tile', detail: 'The log holds no such tile, or not of this width.' })
