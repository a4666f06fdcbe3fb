import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase, Pool } from 'pg'

export type MigrateOptions = {
  /** Schema that the migrations belong to; created when absent. A lower-case SQL name. */
  schema: string
  /** Directory of `NNN-name.sql` files, applied in the order of their names. */
  directory: string | URL
}

export type MigrationErrorCode =
  | 'applied-file-changed'
  | 'applied-file-missing'
  | 'migration-failed'

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}

type MigrationFile = { name: string; sql: string; sha256: string }

/**
 * Brings a schema up to date and returns the names of the files it applied, oldest first; none when it was already.
 * Safe to call from several processes at once: they queue on an advisory lock of the schema's name. Each file runs in
 * a transaction of its own with `search_path` set to the schema, and is recorded with its SHA-256 in
 * `<schema>.applied_migration` in the same transaction: it is applied whole or not at all.
 *
 * @throws MigrationError when an applied file was changed or removed, or when a file fails (files before it stay).
 */
export async function migrate(db: Pool | ClientBase, options: MigrateOptions): Promise<string[]> {
  if (!/^[a-z_][a-z0-9_]*$/.test(options.schema))
    throw new TypeError(`not a lower-case SQL name: ${options.schema}`)
  if (!isPool(db)) return migrateOn(db, options)
  const client = await db.connect()
  try {
    return await migrateOn(client, options)
  } finally {
    client.release()
  }
}

async function migrateOn(client: ClientBase, { schema, directory }: MigrateOptions) {
  const files = await readMigrations(directory)
  const lock = `migrate ${schema}`
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lock])
  try {
    await client.query(`create schema if not exists ${schema}`)
    await client.query(`create table if not exists ${schema}.applied_migration (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`)
    const pending = await pendingFiles(client, schema, files)
    for (const file of pending) await applyFile(client, schema, file)
    return pending.map((file) => file.name)
  } finally {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock])
  }
}

async function readMigrations(directory: string | URL): Promise<MigrationFile[]> {
  const folder = directory instanceof URL ? decodeURIComponent(directory.pathname) : directory
  const names = (await readdir(folder)).filter((name) => /^\d{3}-.+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function pendingFiles(client: ClientBase, schema: string, files: MigrationFile[]) {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    `select name, sha256 from ${schema}.applied_migration order by name`,
  )
  for (const applied of rows) {
    const file = files.find((candidate) => candidate.name === applied.name)
    if (!file) {
      throw new MigrationError(
        'applied-file-missing',
        `${schema}: ${applied.name} was applied here and is no longer among the files`,
      )
    }
    if (file.sha256 !== applied.sha256) {
      throw new MigrationError(
        'applied-file-changed',
        `${schema}: ${applied.name} was changed after it was applied; add a new file instead`,
      )
    }
  }
  return files.filter((file) => !rows.some((applied) => applied.name === file.name))
}

async function applyFile(client: ClientBase, schema: string, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local search_path to ${schema}, public`)
    await client.query(file.sql)
    await client.query(`insert into ${schema}.applied_migration (name, sha256) values ($1, $2)`, [
      file.name,
      file.sha256,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError('migration-failed', `${schema}: ${file.name}: ${reason}`, { cause })
  }
}

function isPool(db: Pool | ClientBase): db is Pool {
  return 'totalCount' in db
}
