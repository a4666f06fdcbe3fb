import { randomUUID } from 'node:crypto'
import type { EventStore } from '@wederhoor/event-store/port'
import { type OpenedCheckpoint, openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { passingKek } from '@wederhoor/vault/kek'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ledgerIntegrators } from './integrators.ts'
import { openParts } from './open-parts.ts'
import { processRole } from './process-role.ts'
import type { LedgerEvidence, ServiceParts } from './service-parts.ts'
import { type TestParts, testParts } from './test-parts.ts'

let world: TestParts
beforeEach(async () => {
  world = await testParts({ startAt: '2024-03-01T09:00:00.000Z', accounts: [], migrations: [] })
})
afterEach(() => world.close())

const append = (store: EventStore, stream = `case-${randomUUID()}`) =>
  store.append(stream, 'no-stream', [
    { id: randomUUID(), type: 'Happened', dossier: null, bytes: Buffer.from('{}') },
  ])

async function opened(
  parts: ServiceParts,
  evidence: LedgerEvidence,
  key: 'log' | 'access-log',
): Promise<OpenedCheckpoint['checkpoint']> {
  const keys = await parts.signingKeys.publicKeys(key)
  const note = (await evidence.tiles.readCheckpoint('integrated')) ?? ''
  return openCheckpoint(
    note,
    keys.map((one) => verifierOf(vkeyOf(evidence.origin, one))),
  ).checkpoint
}

describe('the two ledgers', () => {
  test('are signed for, each under its own origin and key', async () => {
    const { parts } = world
    const { caseHistory, access } = parts.evidence
    const running = ledgerIntegrators(parts)
    await running.start()
    await append(parts.store)
    await append(parts.store)
    await append(access.store, `access-${randomUUID()}`)
    await running.settled()
    expect(await opened(parts, caseHistory, 'log')).toMatchObject({
      origin: 'wederhoor.test/ledger',
      size: 2,
    })
    expect(await opened(parts, access, 'access-log')).toMatchObject({
      origin: 'wederhoor.test/ledger/access',
      size: 1,
    })
    for (const check of Object.values(running.ready)) await check()
    await running.stop()
  })

  test('are signed for by the role that the embedded form runs as', async () => {
    const url = new URL(world.pool.options.connectionString ?? '')
    const address = await processRole(world.pool, url.href, ['projection', 'broker', 'clock'])
    const pool = new pg.Pool({ connectionString: address, max: 6 })
    const { broker, clock, verifier, logger, pepper, ledger, random, signingKeys } = world.parts
    const { parts, close } = await openParts({
      ...{ broker, clock, verifier, logger, pepper, ledger, random, signingKeys },
      pool,
      kek: passingKek(),
      policy: '2024-01',
      guardOf: () => memoryGuard(),
    })
    const running = ledgerIntegrators(parts)
    await running.start()
    await append(parts.store)
    await running.settled()
    expect(await opened(parts, parts.evidence.caseHistory, 'log')).toMatchObject({ size: 1 })
    for (const table of ['tile', 'checkpoint', 'vkey', 'epoch'])
      await expect(pool.query(`DELETE FROM tlog_case_history.${table}`)).rejects.toMatchObject({
        code: '42501',
      })
    await running.stop()
    await close()
    await pool.end()
  })
})

describe('readiness', () => {
  const failing = async (ready: Readonly<Record<string, () => Promise<void>>>) => {
    const names = Object.keys(ready)
    const done = await Promise.allSettled(Object.values(ready).map((check) => check()))
    return names.filter((_name, at) => done[at]?.status === 'rejected')
  }

  test('is red before the start and after the stop', async () => {
    const running = ledgerIntegrators(world.parts)
    const both = ['caseHistoryCheckpoints', 'accessCheckpoints']
    expect(await failing(running.ready)).toEqual(both)
    await running.start()
    expect(await failing(running.ready)).toEqual([])
    await running.stop()
    expect(await failing(running.ready)).toEqual(both)
  })

  test('is red when signing is refused, and appends stop, except those of evidence', async () => {
    const { parts } = world
    const before = ledgerIntegrators(parts)
    await before.start()
    await append(parts.store)
    await before.settled()
    await before.stop()

    const { caseHistory } = parts.evidence
    const lost = { ...caseHistory, guard: memoryGuard() }
    const evidence = { ...parts.evidence, caseHistory: lost }
    const running = ledgerIntegrators({ ...parts, evidence })
    await running.start()
    await expect(running.settled()).rejects.toMatchObject({ code: 'guard-lost' })
    expect(await failing(running.ready)).toEqual(['caseHistoryCheckpoints'])
    await expect(append(parts.store)).rejects.toMatchObject({ code: 'halted' })
    await append(parts.store, `evidence-${randomUUID()}`)
    await append(parts.evidence.access.store, `access-${randomUUID()}`)
    await running.stop()
  })
})
