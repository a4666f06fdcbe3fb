import { randomBytes, randomUUID } from 'node:crypto'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { fixedClock } from '@wederhoor/calendar/clock'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { event, fileContent, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { passingKek } from '@wederhoor/vault/kek'
import fastify from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { migrateAll } from './migrate-all.ts'
import { openParts } from './open-parts.ts'
import { passingSigningKeys } from './signing-keys.ts'

const sent = event('Sent', 1, {
  party: open('random id', uuid('PartyId')),
  letter: sensitive('party', fileContent),
})

describe('what a service stands on', () => {
  test('sweeps what was kept and never named, until it is closed', async () => {
    const database = await createTestDatabase()
    const { pool } = database
    await migrateAll(pool, [])
    const broker = inProcessBroker({ pool })
    const { parts, close } = await openParts({
      pool,
      broker,
      clock: fixedClock('2024-03-01T09:00:00.000Z'),
      verifier: { verify: () => Promise.reject(new Error('nobody asks')) } as never,
      logger: fastify({ logger: false }).log,
      kek: passingKek(),
      pepper: randomBytes(32),
      ledger: 'wederhoor.test/ledger',
      policy: '2024-01',
      random: () => 0.5,
      signingKeys: passingSigningKeys(),
      guardOf: () => memoryGuard(),
      sweep: { firstMs: 20, everyMs: 20 },
    })
    const of = { dossier: randomUUID(), party: randomUUID() }
    // A file is kept before any entry names it.
    async function* source() {
      yield Buffer.from('nobody ever named this')
    }
    const file = { field: 'letter', source: source(), mediaType: 'text/plain', name: '' }
    await parts.vault.sealFile(sent, of, file)
    const sealedRows = async () => (await pool.query('SELECT 1 FROM vault.sealed')).rowCount
    expect(await sealedRows()).toBe(1)
    await pool.query(`UPDATE vault.sealed SET sealed_at = sealed_at - interval '2 hours'`)
    await pool.query(
      `INSERT INTO vault.sweep_mark VALUES (clock_timestamp() - interval '61 minutes', '')`,
    )
    await vi.waitFor(async () => expect(await sealedRows()).toBe(0), 5_000)
    await close()
    const marks = async () => (await pool.query('SELECT 1 FROM vault.sweep_mark')).rowCount
    const before = await marks()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await marks()).toBe(before)
    await broker.close()
    await database.drop()
  })
})
