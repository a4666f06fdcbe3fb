import { decodeEntry } from '@wederhoor/ledger/entry'
import { emptyRoot } from '@wederhoor/ledger/tree'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { elsewhere, entriesOf, walked, write } from './builders.ts'
import { evidenceStream } from './domain/evidence.ts'
import { type RestorableHouse, restorableHouse } from './restored.fixture.ts'

let house: RestorableHouse
let run: Awaited<ReturnType<RestorableHouse['running']>>

/** Both logs went on after the backup: an entry in the one, a refusal in the other. */
beforeAll(async () => {
  house = await restorableHouse(buildAuditApp)
  run = await house.running(house.url)
  await write(run.parts.store, entriesOf(walked))
  await run.app.workers.settled()
  await run.stop()
  const backup = await house.backup()
  run = await house.running(house.url)
  const recordedAt = '2024-06-01T08:00:00.000Z'
  const more = { stream: `case-${elsewhere}`, type: 'CaseOpened', dossier: elsewhere, recordedAt }
  await write(run.parts.store, entriesOf([more]))
  expect((await run.send('nora', 'GET', '/v1/ledger/head')).status).toBe(403)
  await run.app.workers.settled()
  await run.stop()
  run = await house.running(backup)
  await run.app.workers.settled().catch(() => undefined)
  await run.parts.evidence.access.store.halt('signing refused: ledger-behind')
}, 60_000)

afterAll(async () => {
  await run.stop()
  await house.close()
})

const post = (who: string, path: string, body?: object) => run.send(who, 'POST', path, body)
const confirm = async (who: string, log: string) => {
  const { proposal } = (await run.send(who, 'GET', log)).body.proposed
  return post(who, `${log}/epochs/2/confirmation`, { proposal })
}
const proposal = { incident: 'restored-backup', lastWitnessed: null }

describe('an epoch that a crash interrupted after the guard had moved', () => {
  test('is taken up again, and still says what the guard knew before', async () => {
    const log = '/v1/logs/case-history'
    expect((await post('nora', `${log}/epochs`, proposal)).status).toBe(200)
    const { guard } = run.parts.evidence.caseHistory
    const origin = 'wederhoor.test/ledger/epoch/2'
    const moved = { epoch: 2, origin, size: 0, root: emptyRoot() }
    expect(await guard.compareAndSet(await guard.read(), moved)).toBe('set')
    const begun = await confirm('fenna', log)
    expect(begun.body).toMatchObject({ halted: null, epoch: 2 })
    const stream = evidenceStream('wederhoor.test/ledger')
    const acts = await run.parts.evidence.caseHistory.store.readStream(stream)
    expect(acts.map(({ bytes }) => decodeEntry(bytes)).at(-1)).toMatchObject({
      type: 'EpochBegun',
      data: { guarded: { epoch: 1, size: walked.length + 1 } },
    })
  })
})

describe('an access log that was restored with the case history', () => {
  test('begins its own epoch, which stands in the case history; then the service is ready', async () => {
    const log = '/v1/logs/access'
    expect((await run.send('olga', 'GET', '/v1/health/ready')).status).toBe(503)
    expect((await post('fenna', `${log}/epochs`, proposal)).body).toMatchObject({
      proposed: { number: 2, guarded: { epoch: 1, size: 1 } },
    })
    const begun = await confirm('nora', log)
    expect(begun.body).toMatchObject({
      ...{ halted: null, origin: 'wederhoor.test/ledger/access/epoch/2' },
    })
    await run.app.workers.settled()
    expect((await run.send('olga', 'GET', '/v1/health/ready')).status).toBe(200)
    expect((await run.send('nora', 'GET', '/v1/ledger/head')).status).toBe(403)
  })
})
