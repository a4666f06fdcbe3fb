/**
 * `npm run audit -- replay|timeline`: reads, never writes, never opens sealed content. Exit codes: 0 an answer, 2 a request
 * that cannot be answered as it was asked, 1 a failure of the world.
 */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StoreError } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { EmbeddedPostgresError } from '@wederhoor/postgres/embedded-postgres-error'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import { type CliRequest, cliRequest, help } from './cli-arguments.ts'
import { cliConfig } from './config.ts'
import { type FoundDatabase, findDatabase, NoDatabase } from './database.ts'
import { printReplay, printTimeline } from './print.ts'
import { replayDossier } from './replay.ts'
import { timelineOf } from './timeline.ts'

const clone = fileURLToPath(new URL('../../..', import.meta.url))

type Asked = Exclude<CliRequest, { readonly kind: 'help' | 'refused' }>

async function main(): Promise<number> {
  const request = cliRequest(process.argv.slice(2))
  if (request.kind === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (request.kind === 'refused') return fail(2, `${request.message}\n\n${help}`, request.json)
  try {
    const directory = resolve(request.dataDirectory ?? join(clone, '.wederhoor', 'data'))
    const url = request.databaseUrl ?? cliConfig().DATABASE_URL
    const database = await findDatabase(url, directory)
    try {
      return await answer(request, database)
    } finally {
      await database.close()
    }
  } catch (error) {
    const known = explained(error)
    if (known === undefined) throw error
    return fail(known.exitCode, known.message, request.json)
  }
}

async function answer(request: Asked, { pool }: FoundDatabase): Promise<number> {
  const { dossier, asOf, json } = request
  const index = postgresDossierIndex({ pool, ledgerName: CASE_HISTORY })
  const store = postgresStore({ pool, ledgerName: CASE_HISTORY, notify: false })
  try {
    const missing = `No entry of the ledger belongs to dossier ${dossier}.`
    if (request.kind === 'timeline') {
      const lines = await timelineOf({ index }, dossier)
      if (lines === undefined) return fail(2, missing, json)
      print(json ? canonicalJson({ ok: true, dossier, lines }) : printTimeline(dossier, lines))
      return 0
    }
    const replay = await replayDossier({ index, store }, dossier, asOf)
    if (replay === undefined) return fail(2, missing, json)
    print(json ? canonicalJson({ ok: true, ...replay }) : printReplay(replay))
    return 0
  } finally {
    await store.close()
  }
}

/** What a person can act on; anything else is a bug and keeps its stack. */
function explained(error: unknown): { exitCode: number; message: string } | undefined {
  if (error instanceof NoDatabase) return { exitCode: 2, message: error.message }
  if (error instanceof EmbeddedPostgresError) return { exitCode: 1, message: error.message }
  if (!(error instanceof StoreError)) return undefined
  return codeOf(error.cause) === UNDEFINED_TABLE
    ? { exitCode: 2, message: 'This database holds no case history.' }
    : { exitCode: 1, message: `The ledger could not be read: ${error.message}.` }
}

/** PostgreSQL's code for a table or schema that is not there. */
const UNDEFINED_TABLE = '42P01'

function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}

function fail(exitCode: number, message: string, json: boolean): number {
  process.stderr.write(`${message.trimEnd()}\n`)
  if (json) print(canonicalJson({ ok: false, error: message.split('\n')[0] ?? '' }))
  return exitCode
}

const print = (text: string): void => void process.stdout.write(`${text.trimEnd()}\n`)

process.exitCode = await main()
