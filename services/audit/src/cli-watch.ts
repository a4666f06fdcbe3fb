/** `audit watch`: verifies each new checkpoint of a log, one line for each, until one does not hold or somebody stops it. */
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { databaseClock } from '@wederhoor/calendar/database-clock'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import { ACCESS, CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import pg from 'pg'
import { readSmallFile } from './bundle/small-file.ts'
import { baseOrigin, readTrust } from './bundle/trust.ts'
import type { WatchRequest } from './cli-arguments.ts'
import { directoryOf, withDatabase } from './cli-instance.ts'
import { runningDatabase } from './database.ts'
import { evidenceHandlerOf } from './routes/rooms.ts'
import { type Look, look, type WatchedLog } from './watch/follow.ts'
import { httpLog, LogUnreachable } from './watch/http-log.ts'
import { recordIncident } from './watch/incident.ts'
import { keepState, readState } from './watch/state-file.ts'

const EVERY_MS = 2_000

type Failed = Extract<Look, { readonly kind: 'failed' }>

/** Lines go to `print` as they come. @throws what `explained` knows. */
export async function watchAnswer(
  request: WatchRequest,
  print: (line: string) => void,
): Promise<{ readonly text: string; readonly ok: boolean }> {
  const keys = readTrust(await readSmallFile(request.trust, 'the trust file'), 'the trust file')
  const { url } = request
  const name = url === undefined ? request.log : encodeURIComponent(url)
  const state = resolve(request.state ?? join(directoryOf(request), 'watched', name))
  const watch = (log: WatchedLog) => follow({ request, log, keysOf: keys.ofLog, state, print })
  if (url !== undefined) return watch(httpLog(url))
  return withDatabase(request, ({ pool }) => {
    const tiles = postgresTiles({ pool, ledgerName: ledgerNameOf(request.log) })
    return watch({
      readTile: tiles.readTile,
      readCheckpoint: () => tiles.readCheckpoint('integrated'),
    })
  })
}

const ledgerNameOf = (log: WatchRequest['log']): string =>
  log === 'access' ? ACCESS : CASE_HISTORY

async function follow(watch: {
  readonly request: WatchRequest
  readonly log: WatchedLog
  readonly keysOf: Parameters<typeof look>[1]
  readonly state: string
  readonly print: (line: string) => void
}): Promise<{ readonly text: string; readonly ok: boolean }> {
  const { request, log, keysOf, state, print } = watch
  const { once, json } = request
  let last = await readState(state)
  for (;;) {
    const seen = await reached(() => look(log, keysOf, last), once, print)
    if (seen?.kind === 'failed') {
      const recorded = await record(request, seen, last)
      return { ok: false, text: failureLine(seen, recorded, json) }
    }
    if (seen?.kind === 'verified' || (seen?.kind === 'same' && once)) {
      last = seen.checkpoint
      await keepState(state, seen.note)
      const line = checkpointLine(seen.checkpoint, json)
      if (once) return { ok: true, text: line }
      print(line)
    }
    if (once)
      return {
        ok: true,
        text: json ? canonicalJson({ ok: true, size: 0 }) : 'nothing was signed yet',
      }
    await pause(EVERY_MS)
  }
}

/** A log that does not answer is waited for; asked once, that is an answer too. */
async function reached(
  read: () => Promise<Look>,
  once: boolean,
  print: (line: string) => void,
): Promise<Look | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof LogUnreachable) || once) throw error
    print(`${error.message} Trying again.`)
    return undefined
  }
}

function checkpointLine({ origin, size, root }: Checkpoint, json: boolean): string {
  const encoded = Buffer.from(root).toString('base64')
  return json
    ? canonicalJson({ ok: true, origin, size, root: encoded })
    : `verified  ${origin}  ${size} entries  ${encoded}`
}

function failureLine(seen: Failed, recorded: boolean, json: boolean): string {
  const { reason, message, size } = seen
  return json
    ? canonicalJson({ ok: false, reason: message, code: reason, size, recorded })
    : `FAILED  ${message}${recorded ? '\nRecorded as an incident in the case history.' : ''}`
}

/** In the case history of the running instance of this clone, where the log is one of its own. */
async function record(
  request: WatchRequest,
  { reason, size }: Failed,
  last: Checkpoint | undefined,
): Promise<boolean> {
  const database =
    request.databaseUrl === undefined
      ? await runningDatabase(directoryOf(request))
      : { url: request.databaseUrl, close: async () => undefined }
  if (database === undefined) return false
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  try {
    const [epoch] = await postgresTiles({ pool, ledgerName: CASE_HISTORY }).readEpochs()
    if (epoch === undefined) return false
    const ledger = baseOrigin(epoch.origin)
    const isAccess = request.log === 'access' || request.url?.includes('/log/access') === true
    const log = isAccess ? `${ledger}/access` : ledger
    if (last !== undefined && baseOrigin(last.origin) !== log) return false
    const clock = databaseClock(pool, { simulated: ledger.endsWith('/simulated') })
    const store = postgresStore({ pool, ledgerName: CASE_HISTORY, clock, notify: false })
    try {
      const handler = evidenceHandlerOf(store, ledger)
      await recordIncident({ handler, clock }, { log, reason, size, detectedBy: 'watch-command' })
      return true
    } finally {
      await store.close()
    }
  } finally {
    await pool.end()
    await database.close()
  }
}
