/**
 * Asking twice adds nothing. The command id is derived from (actor, route, key), and the command handler recognises
 * what it did before; the table here only notices when the same key comes with another body. Two requests at the same
 * moment, or a repeat after a crash halfway, both go through to the handler: it is the one that decides.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '@wederhoor/calendar/clock'
import { addMilliseconds } from '@wederhoor/calendar/instants'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { v5 } from 'uuid'
import { keyOf, needsKey } from './idempotency-key.ts'
import { Problem } from './problem.ts'
import { routeOf } from './request.ts'

export interface IdempotencyOptions {
  /** A database with the migrations of this package, schema `http`. */
  readonly db: Pool
  /** Key of the HMAC over bodies, at least 32 bytes. */
  readonly key: Uint8Array
}

/** Namespace of command ids: UUIDv5 of the URL namespace and `urn:wederhoor:command`. */
const commandNamespace = v5('urn:wederhoor:command', v5.URL)
const keptMs = 24 * 60 * 60 * 1000
const sweepEveryMs = 10 * 60 * 1000

const claimSql = `
insert into http.idempotency as kept (command_id, fingerprint, kept_until) values ($1, $2, $3)
on conflict (command_id) do update set
  (fingerprint, status, kept_until) = (
    select
      case when gone then excluded.fingerprint else kept.fingerprint end,
      case when gone then null else kept.status end,
      case when gone then excluded.kept_until else kept.kept_until end
    from (select kept.kept_until < $4::timestamptz as gone) as age
  )
returning fingerprint`

// Losing this one in a crash loses nothing that anybody was promised, so it does not wait for the disk.
const finishSql = `
with quick as (select set_config('synchronous_commit', 'off', true))
update http.idempotency set status = $2 from quick where command_id = $1`

export function recogniseRepeats(
  app: FastifyInstance,
  parts: { readonly name: string; readonly clock: Clock; readonly options: IdempotencyOptions },
): void {
  const { name, clock, options } = parts
  const { db, key } = options
  if (key.byteLength < 32)
    throw new TypeError('the idempotency key of a server has at least 32 bytes')
  const unfinished = new Set<Promise<unknown>>()

  app.addHook('preHandler', async (request) => {
    if (request.is404 || !needsKey(request.method)) return
    const commandId = commandIdOf(name, request)
    const fingerprint = fingerprintOf(request, key)
    const now = await clock.now()
    const { rows } = await db.query<{ fingerprint: Buffer }>(claimSql, [
      commandId,
      fingerprint,
      addMilliseconds(now, keptMs),
      now,
    ])
    const kept = rows[0]
    if (kept === undefined || !kept.fingerprint.equals(fingerprint))
      throw new Problem(422, {
        code: 'key-reused',
        detail: 'This Idempotency-Key was used with other input. Use a new key for a new request.',
      })
    request.commandId = commandId
  })

  app.addHook('onResponse', async (request, reply) => {
    if (request.commandId === null) return
    const finishing = db
      .query(finishSql, [request.commandId, reply.statusCode])
      .catch((error: unknown) => {
        request.log.warn({ code: codeOf(error) }, 'the status of a command was not kept')
      })
      .finally(() => unfinished.delete(finishing))
    unfinished.add(finishing)
    await finishing
  })

  const sweeping = setInterval(() => {
    void sweepIdempotency(db, clock).catch((error: unknown) => {
      app.log.warn({ code: codeOf(error) }, 'used idempotency keys were not swept')
    })
  }, sweepEveryMs)
  sweeping.unref()
  app.addHook('onClose', async () => {
    clearInterval(sweeping)
    await Promise.all(unfinished)
  })
}

/** Removes what is older than 24 hours and returns how many rows went. The server does this by itself now and then. */
export async function sweepIdempotency(db: Pool, clock: Clock): Promise<number> {
  const { rowCount } = await db.query('delete from http.idempotency where kept_until < $1', [
    await clock.now(),
  ])
  return rowCount ?? 0
}

function commandIdOf(name: string, request: FastifyRequest): string {
  const { subject } = request.actor
  const route = `${name} ${request.method} ${routeOf(request)}`
  return v5(canonicalJson([subject, route, keyOf(request)]), commandNamespace)
}

/** Over the canonical form, so that white space and the order of members are no difference. */
function fingerprintOf(request: FastifyRequest, key: Uint8Array): Buffer {
  const { params, query, body } = request.asSent ?? {}
  const text = canonicalJson({
    params: { ...asObject(params) },
    query: { ...asObject(query) },
    body: body instanceof Uint8Array ? hashOf(body) : body,
  })
  return createHmac('sha256', key).update(text).digest()
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
