/** Opens the texts of a bundle through the vault: each opening stands in the access log before the text is there. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { databaseClock } from '@wederhoor/calendar/database-clock'
import { policyVersions } from '@wederhoor/contracts/policy'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { ACCESS, CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import { openErasure } from '@wederhoor/runtime/open-erasure'
import { createLogger } from '@wederhoor/telemetry/log'
import { fileRegister } from '@wederhoor/vault/erasure-register'
import type { Sealed } from '@wederhoor/vault/fields'
import { kekFolder } from '@wederhoor/vault/kek-folder'
import type { Disclosing, Vault } from '@wederhoor/vault/port'
import { postgresVault } from '@wederhoor/vault/postgres'
import pg from 'pg'
import type { OpenedText } from './bundle/export-dossier.ts'
import type { KnownCheckpoint } from './bundle/ledger-source.ts'
import type { Readable } from './bundle/party-reading.ts'
import { baseOrigin } from './bundle/trust.ts'
import type { DossierToExport, ExportRequest } from './cli-arguments.ts'
import { Refused } from './cli-failure.ts'
import { directoryOf } from './cli-instance.ts'
import type { FoundDatabase } from './database.ts'

export interface ToOpen {
  readonly request: ExportRequest
  readonly what: DossierToExport
  readonly database: FoundDatabase
  readonly readable: readonly Readable[]
  /** Names the ledger. */
  readonly known: KnownCheckpoint
}

export interface OpenedTexts {
  readonly texts: readonly OpenedText[]
  readonly erased: number
  /** Of whose key nobody knows what became: an incident and no erasure. */
  readonly lost: number
}

/** Route of the access log's entries that an export makes. */
const SCREEN = 'audit-export'

/** Nothing is opened, and nothing logged, where no purpose was given. @throws VaultError, StoreError, Refused. */
export async function openTexts(asked: ToOpen): Promise<OpenedTexts> {
  const { readable, what } = asked
  if (what.purpose === undefined || readable.length === 0) return { texts: [], erased: 0, lost: 0 }
  const { purpose } = what
  const opened = await withVault(asked, (vault, at) =>
    vault.disclose({
      dossier: what.dossier,
      sealed: readable.map(({ digest }) => ({ sealed: digest }) as Sealed<unknown>),
      actor: COMMAND_LINE,
      purpose,
      screen: SCREEN,
      at,
      trace: null,
    }),
  )
  const texts = readable.flatMap((one, index) => textOf(one, opened[index]))
  const count = (kind: Disclosing['kind']) => opened.filter((one) => one.kind === kind).length
  return { texts, erased: count('erased'), lost: count('lost') }
}

/** Whoever sits at the machine that holds the keys; no person is known here. */
const COMMAND_LINE = {
  subject: 'audit-command-line',
  person: 'audit-command-line',
  roles: ['auditor'],
  desk: null,
  organisation: null,
}

const textOf = (one: Readable, opened: Disclosing | undefined): readonly OpenedText[] =>
  opened?.kind === 'opened' ? [{ ...one, disclosure: opened.text }] : []

async function withVault<Answer>(
  { request, database, known }: ToOpen,
  use: (vault: Vault, at: string) => Promise<Answer>,
): Promise<Answer> {
  const directory = resolve(request.keysDirectory ?? join(directoryOf(request), 'keys'))
  if (!(await hasKeys(directory)))
    throw new Refused(`There are no keys in ${directory}: name their folder with --keys-directory.`)
  const pool = new pg.Pool({ connectionString: database.url, max: 4 })
  pool.on('error', () => undefined)
  const ledger = baseOrigin(known.checkpoint.origin)
  const clock = databaseClock(pool, { simulated: ledger.endsWith('/simulated') })
  const store = postgresStore({ pool, ledgerName: CASE_HISTORY, clock, notify: false })
  const access = postgresStore({ pool, ledgerName: ACCESS, clock, notify: false })
  try {
    const kek = await kekFolder({ directory })
    const register = fileRegister({ path: join(directory, 'erased') })
    const logger = createLogger({ level: 'silent', service: 'audit' })
    // In a restored backup those who were erased since must be gone before anything opens.
    await openErasure({ pool, store, kek, register, clock, logger }).reapply()
    const vault = await postgresVault({
      pool,
      kek,
      accessStore: access,
      ledgerOrigin: `${ledger}/access`,
      policy: policyVersions.at(-1) ?? 'none',
    })
    try {
      return await use(vault, await clock.now())
    } finally {
      await vault.close()
    }
  } finally {
    await access.close()
    await store.close()
    await pool.end()
  }
}

/** A folder without them would be given new ones, and those open nothing. */
async function hasKeys(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => [])
  return names.some((name) => /^kek(-\d+)?$/.test(name))
}
