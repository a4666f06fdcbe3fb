import { decodeEntry } from '@wederhoor/ledger/entry'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildAuditApp } from '../app.ts'
import { entriesOf, walked, write } from '../builders.ts'
import { evidenceStream } from '../domain/evidence.ts'
import { type RestorableHouse, restorableHouse } from '../restored.fixture.ts'

let house: RestorableHouse
let run: Awaited<ReturnType<RestorableHouse['running']>>

beforeAll(async () => {
  house = await restorableHouse(buildAuditApp)
  const first = await house.running(house.url)
  await write(first.parts.store, entriesOf(walked))
  await first.app.workers.settled()
  await first.stop()
}, 60_000)
beforeEach(async () => {
  run = await house.running(await house.backup())
})
afterAll(() => house.close())

/** What the watcher recorded, after it looked several times. */
async function incidents() {
  for (let round = 0; round < 3; round += 1) await run.app.workers.settled().catch(() => undefined)
  const stream = evidenceStream('wederhoor.test/ledger')
  const stored = await run.parts.evidence.caseHistory.store.readStream(stream)
  await run.stop()
  return stored.map(({ bytes }) => decodeEntry(bytes)).map(({ type, data }) => ({ type, ...data }))
}

/** As the owner of the database, past every rule that the process keeps to. */
async function asOwner(sql: string): Promise<void> {
  for (const table of ['ledger_case_history.entry', 'tlog_case_history.tile'])
    await run.pool.query(`alter table ${table} disable trigger user`)
  await run.pool.query(sql)
}

describe('the watcher within audit', () => {
  test('records nothing about a log that holds', async () => {
    expect(await incidents()).toEqual([])
  })

  test('records once that an entry was changed in the database (entry changed)', async () => {
    await asOwner(
      `update ledger_case_history.entry set bytes = bytes || ' '::bytea where position = 4`,
    )
    expect(await incidents()).toEqual([
      expect.objectContaining({
        ...{ type: 'VerificationFailed', reason: 'entry-differs', position: 4 },
        ...{ detectedBy: 'watcher', log: 'wederhoor.test/ledger' },
      }),
    ])
  })

  test('records once that a tile was changed in the database (tile changed)', async () => {
    await asOwner(
      `update tlog_case_history.tile set hashes = set_byte(hashes, 70, 255 - get_byte(hashes, 70))`,
    )
    const found = await incidents()
    expect(found).toMatchObject([{ type: 'VerificationFailed', reason: 'tile-differs' }])
  })

  test('records that an entry and its tile were changed together (both changed)', async () => {
    await asOwner(
      `update ledger_case_history.entry set bytes = bytes || ' '::bytea where position = 4;
       update tlog_case_history.tile set hashes = overlay(hashes placing
         (select sha256('\\x00'::bytea || e.bytes) from ledger_case_history.entry e where position = 4)
         from 97 for 32)`,
    )
    expect(await incidents()).toContainEqual(expect.objectContaining({ reason: 'tile-differs' }))
  })
})
