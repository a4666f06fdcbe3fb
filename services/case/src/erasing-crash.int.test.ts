import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { migrateAll } from '@wederhoor/runtime/migrate-all'
import { findings, tablesOf } from '@wederhoor/vault/planted-search'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { context, melder } from './domain/case/builders.ts'
import { caseMigrations } from './migrations.ts'

const secret = 'Zoë Überprüfung-Ångström woont op nummer 12'

describe('an erasure that is killed at every step', () => {
  let database: TestDatabase
  let keys: string
  beforeAll(async () => {
    database = await createTestDatabase()
    await migrateAll(database.pool, [caseMigrations])
    keys = await mkdtemp(join(tmpdir(), 'wederhoor-erasing-'))
  })
  afterAll(async () => {
    await database.drop()
    await rm(keys, { recursive: true, force: true })
  })

  /** Runs the probe to its end and returns the signal that ended it. */
  async function run(step = '', when = ''): Promise<string | null> {
    const probe = join(import.meta.dirname, 'erasing.probe.ts')
    const child = spawn(process.execPath, [probe, database.url, keys, step, when, secret], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    if (code !== null && code > 0) throw new Error(`the probe ended with ${code}`)
    return signal
  }

  test('ends all the same: each fact once, one new epoch, nothing left', {
    timeout: 120_000,
  }, async () => {
    expect(await run('prepare')).toBeNull()
    for (const [step, when] of [
      ['raiseFence', 'after'],
      ['destroyKeys', 'before'],
      ['destroyKeys', 'after'],
      ['deleteSealed', 'after'],
      ['deletePeople', 'after'],
      ['begin', 'after'],
      ['rewrap', 'after'],
    ] as const) {
      expect([step, when, await run(step, when)]).toEqual([step, when, 'SIGKILL'])
    }
    expect(await run()).toBeNull()

    const { dossier } = context()
    const { pool } = database
    const { rows } = await pool.query<{ type: string; data: Record<string, unknown> }>(
      `SELECT type, convert_from(bytes, 'UTF8')::json -> 'data' AS data FROM ledger_case_history.entry
       WHERE stream LIKE 'erasure-%' ORDER BY position`,
    )
    expect(rows.map((row) => row.type)).toEqual([
      'ErasureRequested',
      'ErasureGranted',
      'PartyErased',
      'ErasureCompleted',
    ])
    expect(rows.at(-1)?.data).toMatchObject({ keys: 1, digests: 1 })
    expect(rows.at(-1)?.data['epochs']).toHaveLength(1)
    const left = await pool.query(
      `SELECT 1 FROM vault.data_key WHERE dossier = $1 AND party = $2
       UNION ALL SELECT 2 FROM vault.sealed WHERE dossier = $1 AND party = $2 AND erased_at IS NULL`,
      [dossier, melder],
    )
    expect(left.rows).toEqual([])
    expect(findings([secret], await tablesOf(pool))).toEqual([])
  })
})
