import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateBroker } from './migrate-broker.ts'

const STREAMS = ['test-a', 'test-b', 'test-c']
const PER_STREAM = 40

/** Runs the probe to its end and returns the signal that ended it. */
async function run(...parameters: readonly string[]): Promise<string | null> {
  const probe = join(import.meta.dirname, 'crash.probe.ts')
  const child = spawn(process.execPath, [probe, ...parameters], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

describe('a service that is killed at every step of its relay and its consumer', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await migrateBroker(database.pool)
    await migrateStore(database.pool, 'crash')
    await database.pool.query(
      'create table effect (place bigint generated always as identity, subject text, sequence integer, entry uuid)',
    )
  })
  afterAll(() => database.drop())

  test('loses nothing, reorders nothing within a subject, and makes each effect once', {
    timeout: 120_000,
  }, async () => {
    const store = postgresStore({ pool: database.pool, ledgerName: 'crash' })
    const appended = new Map<string, string[]>(STREAMS.map((stream) => [stream, []]))
    for (let revision = 0; revision < PER_STREAM; revision += 1) {
      for (const stream of STREAMS) {
        const entry = { id: randomUUID(), type: 'counted', dossier: null, bytes: Buffer.from('{}') }
        await store.append(stream, revision === 0 ? 'no-stream' : revision - 1, [entry])
        appended.get(stream)?.push(entry.id)
      }
    }
    const total = String(PER_STREAM * STREAMS.length)
    for (const step of ['read', 'sequenced', 'published', 'checkpointed', 'handling', 'handled']) {
      for (const countdown of ['1', '3']) {
        expect([step, await run(database.url, step, countdown, total)]).toEqual([step, 'SIGKILL'])
      }
    }
    expect(await run(database.url, '', '0', total)).toBeNull()
    for (const stream of STREAMS) {
      const { rows } = await database.pool.query<{ sequence: number; entry: string }>(
        'select sequence, entry from effect where subject = $1 order by place',
        [stream],
      )
      expect(rows.map((row) => row.sequence)).toEqual(
        Array.from({ length: PER_STREAM }, (_, at) => at + 1),
      )
      expect(rows.map((row) => row.entry)).toEqual(appended.get(stream))
    }
    const repeats = await database.pool.query(
      `select count(*)::integer as messages, count(distinct headers->>'ce_id')::integer as ids,
              count(distinct (headers->>'ce_subject', headers->>'ce_sequence', headers->>'ce_id'))::integer as numbered
         from broker.message`,
    )
    const [counted] = repeats.rows
    // Some were published twice, or no kill fell between publishing and checkpoint; and then under the same number.
    expect(counted.messages).toBeGreaterThan(Number(total))
    expect(counted.ids).toBe(Number(total))
    expect(counted.numbered).toBe(Number(total))
    await store.close()
  })
})
