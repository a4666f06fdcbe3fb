import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { event, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildAuditApp } from '../app.ts'
import { dossier, entriesOf, walked, write } from '../builders.ts'
import { ledgerFiles } from '../bundle/export-ledger.ts'
import { coveringCheckpoint } from '../bundle/ledger-source.ts'
import { openBundle } from '../bundle/open-bundle.ts'
import { verifyBundle } from '../bundle/verify.ts'
import { writeBundle } from '../bundle/write-bundle.ts'
import { replayDossier } from '../replay.ts'

const spoken = event('MeldingRegistered', 1, {
  party: open('a random id', uuid('PartyId')),
  story: sensitive('party', z.string()),
})
let world: TestParts
let app: ServiceApp
let folder: string

beforeAll(async () => {
  world = await testParts({
    startAt: '2024-06-01T09:00:00.000Z',
    accounts: [
      { name: 'olga', roles: ['auditor'] },
      { name: 'anna', roles: ['caseworker'] },
    ],
    migrations: [],
  })
  app = await buildAuditApp(world.parts)
  await app.workers.start()
  const sealed = await world.parts.vault.seal(
    spoken,
    { dossier, party: randomUUID() },
    { story: 'Zij.' },
  )
  const [first, ...others] = walked.map(({ c: _, ...one }) => one)
  const told = first === undefined ? [] : [{ ...first, c: { '/story': sealed.story.sealed } }]
  await write(world.parts.store, entriesOf([...told, ...others]), [sealed.story])
  await app.workers.settled()
  folder = await mkdtemp(join(tmpdir(), 'audit-http-bundle-'))
})

afterAll(async () => {
  await app.workers.stop()
  await app.server.close()
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const bundle = async (payload: object, who = 'olga') =>
  app.server.inject({
    method: 'POST',
    url: '/v1/bundles',
    headers: { 'idempotency-key': randomUUID(), ...(await world.bearer(who)) },
    payload,
  })

async function verdictOf(bytes: Buffer) {
  const path = join(folder, `${randomUUID()}.tar`)
  await writeFile(path, bytes)
  const trust = await app.server.inject({ url: '/v1/trust' })
  const files = await openBundle(path)
  try {
    return await verifyBundle(files, { trust: trust.rawPayload })
  } finally {
    await files.close()
  }
}

describe('a bundle over HTTP', () => {
  test('of the ledger is byte for byte the one that the command line writes, and verifies', async () => {
    const answer = await bundle({ kind: 'ledger' })
    expect(answer.headers['content-type']).toBe('application/x-tar')
    const { store, tiles } = world.parts.evidence.caseHistory
    const known = await coveringCheckpoint({ tiles }, walked.length, 1_000)
    const out = join(folder, 'cli.tar')
    await writeBundle(out, await ledgerFiles({ store, tiles }, { known, witnesses: [] }))
    expect(answer.rawPayload.equals(await readFile(out))).toBe(true)
    expect(await verdictOf(answer.rawPayload)).toMatchObject({ ok: true, size: walked.length })
  })

  test('of a dossier opens nothing without a purpose, and with one what it opens is logged first', async () => {
    const of = { kind: 'dossier', dossier, for: 'auditor' }
    expect(await verdictOf((await bundle(of)).rawPayload)).toMatchObject({
      ok: true,
      checked: { entries: walked.length, disclosures: 0 },
    })
    const seen = () => world.parts.openings.of(dossier)
    expect(await seen()).toEqual([])
    const opened = await bundle({ ...of, purpose: 'toezicht' })
    expect(await verdictOf(opened.rawPayload)).toMatchObject({ checked: { disclosures: 1 } })
    expect(await seen()).toMatchObject([{ purpose: 'toezicht', role: 'auditor', pieces: 1 }])
  })

  test('is refused where there is nothing to give, and to anybody but an auditor', async () => {
    const none = await bundle({ kind: 'dossier', dossier, for: 'melder' })
    expect([none.statusCode, none.json().code]).toEqual([409, 'nothing-to-give'])
    const odd = await bundle({ kind: 'ledger', since: 'wederhoor.test/ledger' })
    expect(odd.statusCode).toBe(400)
    const other = await bundle({ kind: 'ledger', since: 'a\nb\n\n— a b\n' })
    expect([other.statusCode, other.json().code]).toEqual([409, 'no-such-bundle'])
    expect((await bundle({ kind: 'ledger' }, 'anna')).statusCode).toBe(403)
  })

  test('erase during export: what was opened before the fence is not written after it', async () => {
    const { rows } = await world.pool.query<{ party: string }>(
      'SELECT party FROM vault.sealed WHERE dossier = $1 LIMIT 1',
      [dossier],
    )
    const { vault, erasing } = world.parts
    const owner = { dossier, party: rows[0]?.party ?? '' }
    const racing = async (...asked: Parameters<typeof vault.disclose>) => {
      const texts = await vault.disclose(...asked)
      await erasing.steps.raiseFence(owner)
      return texts
    }
    const disclose = vault.disclose
    Object.assign(vault, {
      disclose: (...asked: Parameters<typeof disclose>) => {
        Object.assign(vault, { disclose })
        return racing(...asked)
      },
    })
    const answer = await bundle({ kind: 'dossier', dossier, for: 'auditor', purpose: 'toezicht' })
    expect(answer.statusCode).toBe(409)
    expect(answer.json().detail).toContain('erased meanwhile: export again')
  })

  test('erase during replay: the same state before, meanwhile and after, and nothing is opened', async () => {
    const { store } = world.parts.evidence.caseHistory
    const index = postgresDossierIndex({ pool: world.pool, ledgerName: CASE_HISTORY })
    const asOf = { recordedUntil: null, occurredUntil: null }
    const replay = async () => (await replayDossier({ index, store }, dossier, asOf))?.stateSha256
    const openings = await world.parts.openings.of(dossier)
    const { rows } = await world.pool.query<{ party: string }>(
      'SELECT DISTINCT party FROM vault.sealed WHERE dossier = $1',
      [dossier],
    )
    const { steps } = world.parts.erasing
    const before = await replay()
    const meanwhile = [replay()]
    for (const { party } of rows) {
      const owner = { dossier, party }
      for (const step of [steps.raiseFence, steps.destroyKeys, steps.deleteSealed]) {
        await step(owner)
        meanwhile.push(replay())
      }
    }
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set([before, ...(await Promise.all(meanwhile)), await replay()]).size).toBe(1)
    expect(await world.parts.openings.of(dossier)).toEqual(openings)
  })
})
