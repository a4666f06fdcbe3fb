import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreError } from '@wederhoor/event-store/port'
import { failureProblem } from '@wederhoor/http/failure-problem'
import { signCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { consistencyProof, verifyConsistency } from '@wederhoor/ledger/proof'
import { verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { tilePath } from '@wederhoor/ledger/tile'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { elsewhere, entriesOf, walked, write } from './builders.ts'
import { openBundle } from './bundle/open-bundle.ts'
import { verifyBundle } from './bundle/verify.ts'
import { verifySource } from './bundle/verify-source.ts'
import { checkpointIn } from './checkpoints.ts'
import { cliRequest } from './cli-arguments.ts'
import { watchAnswer } from './cli-watch.ts'
import { evidenceStream } from './domain/evidence.ts'
import { type RestorableHouse, restorableHouse } from './restored.fixture.ts'
import { look } from './watch/follow.ts'

const log = '/v1/logs/case-history'
let house: RestorableHouse
let run: Awaited<ReturnType<RestorableHouse['running']>>
/** Checkpoints that somebody kept: one whose entries survived, one whose last entries did not. */
let survived: string
let lost: string

const later = entriesOf(
  [1, 2, 3].map((minute) => ({
    stream: `case-${elsewhere}`,
    type: 'CaseOpened',
    dossier: elsewhere,
    recordedAt: `2024-06-01T08:0${minute}:00.000Z`,
  })),
)

const standing = async () => (await run.send('nora', 'GET', log)).body
const confirm = async (who: string, proposal?: string) =>
  run.send(who, 'POST', `${log}/epochs/2/confirmation`, {
    proposal: proposal ?? (await standing()).proposed.proposal,
  })
let confirmed: string

const newest = async () => {
  const note = await run.parts.evidence.caseHistory.tiles.readCheckpoint('integrated')
  return note ?? ''
}

beforeAll(async () => {
  house = await restorableHouse(buildAuditApp)
  run = await house.running(house.url)
  await write(run.parts.store, entriesOf(walked))
  await run.app.workers.settled()
  survived = await newest()
  await run.stop()
  const backup = await house.backup()
  run = await house.running(house.url)
  await write(run.parts.store, later)
  await run.app.workers.settled()
  lost = await newest()
  await run.stop()
  run = await house.running(backup)
}, 60_000)

afterAll(async () => {
  await run.stop()
  await house.close()
})

describe('a database that was restored from a backup, while its guard was not (rollback by restore)', () => {
  test('is halted: not ready, and nothing is appended', async () => {
    await expect(run.app.workers.settled()).rejects.toMatchObject({ name: 'SigningRefused' })
    expect((await run.send('olga', 'GET', '/v1/health/ready')).status).toBe(503)
    const failure = await write(run.parts.store, later).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    const { status, code, headers } = failureProblem(failure)
    expect({ status, code }).toEqual({ status: 503, code: 'halted' })
    expect(headers).toEqual({ 'retry-after': '60' })
    expect((await run.send('olga', 'GET', log)).body).toMatchObject({
      halted: expect.stringContaining('signing refused'),
      epoch: 1,
    })
  })

  test('does not begin anew by the word of an auditor, or of nobody', async () => {
    const body = { incident: 'restored-backup', lastWitnessed: lost }
    expect((await run.send('olga', 'POST', `${log}/epochs`, body)).status).toBe(403)
    const unread = await confirm('nora', '99999999-9999-4999-8999-999999999999')
    expect([unread.status, unread.body.code]).toEqual([409, 'nothing-proposed'])
  })

  test('is told of a last witnessed checkpoint that this log never signed', async () => {
    const forged = lost.replace(/\n\d+\n/, '\n999\n')
    const body = { incident: 'restored-backup', lastWitnessed: forged }
    const answer = await run.send('nora', 'POST', `${log}/epochs`, body)
    expect([answer.status, answer.body.code]).toEqual([409, 'not-our-checkpoint'])
  })

  test('begins a new epoch by two persons, of whom the second is not the first', async () => {
    const body = { incident: 'restored-backup', lastWitnessed: lost }
    const proposed = await run.send('nora', 'POST', `${log}/epochs`, body)
    expect(proposed.body).toMatchObject({
      halted: expect.any(String),
      proposed: { number: 2, guarded: { epoch: 1, size: walked.length + 3 } },
    })
    const same = await confirm('nora')
    expect([same.status, same.body.code]).toEqual([403, 'same-person'])
    const unread = await run.send('fenna', 'POST', `${log}/epochs/2/confirmation`)
    expect(unread.status).toBe(400)
    const swapped = await confirm('fenna', '99999999-9999-4999-8999-999999999999')
    expect([swapped.status, swapped.body.code]).toEqual([409, 'proposal-changed'])
    confirmed = (await standing()).proposed.proposal
    const begun = await confirm('fenna')
    expect(begun.body).toMatchObject({
      halted: null,
      epoch: 2,
      origin: 'wederhoor.test/ledger/epoch/2',
      proposed: null,
    })
  })

  test('names in its first entry what was lost: more was signed than survived', async () => {
    const stream = evidenceStream('wederhoor.test/ledger')
    const acts = (await run.parts.evidence.caseHistory.store.readStream(stream)).map(({ bytes }) =>
      decodeEntry(bytes),
    )
    expect(acts.map(({ type }) => type)).toEqual(['EpochProposed', 'EpochBegun'])
    const said = checkpointIn(lost)
    expect(acts[1]?.data).toMatchObject({
      number: 2,
      incident: 'restored-backup',
      // The proposal is the one entry that was added since.
      survived: walked.length + 1,
      witnessed: { size: walked.length + 3, root: Buffer.from(said.root).toString('base64') },
      guarded: { epoch: 1, size: walked.length + 3 },
    })
    expect(acts[1]?.data['proposedBy']).not.toBe(acts[1]?.data['decidedBy'])
  })

  test('is appended to again, and is ready', async () => {
    await write(run.parts.store, later)
    await run.app.workers.settled()
    expect((await run.send('olga', 'GET', '/v1/health/ready')).status).toBe(200)
  })

  test('is consistent with every checkpoint whose entries survived, and with none whose did not', async () => {
    const { tiles } = run.parts.evidence.caseHistory
    const now = checkpointIn(await newest())
    const reader = tileHashReader(tiles, now.size)
    const proven = async (note: string) => {
      const { size, root } = checkpointIn(note)
      const proof = await consistencyProof(reader, { from: size, to: now.size })
      return verifyConsistency({
        from: size,
        to: now.size,
        fromRoot: root,
        toRoot: now.root,
        proof,
      })
    }
    expect(await proven(survived)).toBe(true)
    expect(await proven(lost)).toBe(false)
  })

  test('verifies under the published keys, epoch and all', async () => {
    const trust = await run.app.server.inject({ url: '/v1/trust' })
    const { store, tiles } = run.parts.evidence.caseHistory
    const keys = { trust: Buffer.from(trust.body) }
    expect(await verifySource({ store, tiles }, keys)).toMatchObject({ ok: true, trust: 'given' })
    expect(
      await verifySource({ store, tiles }, { ...keys, since: Buffer.from(survived) }),
    ).toMatchObject({ ok: true })
    expect(
      await verifySource({ store, tiles }, { ...keys, since: Buffer.from(lost) }),
    ).toMatchObject({ ok: false })
  })

  test('gives a bundle of the new epoch that verifies elsewhere, under keys that came from elsewhere', async () => {
    const trust = await run.app.server.inject({ url: '/v1/trust' })
    const bundle = await run.app.server.inject({
      method: 'POST',
      url: '/v1/bundles',
      headers: { 'idempotency-key': 'a-key-of-its-own', authorization: await run.bearer('olga') },
      payload: { kind: 'ledger', since: survived },
    })
    const folder = await mkdtemp(join(tmpdir(), 'audit-epoch-'))
    await writeFile(join(folder, 'ledger.tar'), bundle.rawPayload)
    const files = await openBundle(join(folder, 'ledger.tar'))
    const verdict = await verifyBundle(files, {
      trust: trust.rawPayload,
      since: Buffer.from(survived),
    })
    await files.close()
    await rm(folder, { recursive: true })
    expect(verdict).toMatchObject({ ok: true, trust: 'given', size: walked.length + 5 })
  })

  describe('each epoch at an address of its own, for what was read there never changes', () => {
    const get = async (path: string, who?: string) => {
      const headers = who === undefined ? {} : { authorization: await run.bearer(who) }
      return run.app.server.inject({ url: `/log/case-history/${path}`, headers })
    }
    const bundle = tilePath({ level: 'entries', index: 0, width: walked.length })

    test('the first still ends where it ended', async () => {
      expect((await get('checkpoint')).body).toBe(survived)
      const { size } = checkpointIn(survived)
      const tile = (width: number) => get(tilePath({ level: 0, index: 0, width }))
      expect((await tile(size)).rawPayload).toHaveLength(32 * size)
      expect((await tile(size + 1)).statusCode).toBe(404)
      expect(
        (await get(tilePath({ level: 'entries', index: 0, width: size + 1 }), 'olga')).statusCode,
      ).toBe(404)
    })

    test('the later one has its own, which the standing of the log tells', async () => {
      expect((await standing()).address).toBe('/log/case-history/epoch/2/')
      const { body } = await get('epoch/2/checkpoint')
      expect(body).toBe(await newest())
      const { size } = checkpointIn(body)
      const tile = await get(`epoch/2/${tilePath({ level: 0, index: 0, width: size })}`)
      expect(tile.rawPayload).toHaveLength(32 * size)
      expect((await get('epochs')).body).toBe(
        'wederhoor.test/ledger\nwederhoor.test/ledger/epoch/2\n',
      )
      for (const number of ['1', '3', '02', 'x'])
        expect([400, 404]).toContain((await get(`epoch/${number}/checkpoint`)).statusCode)
    })

    test('entries are for auditors in both, and the same as far as they survived', async () => {
      expect((await get(`epoch/2/${bundle}`)).statusCode).toBe(401)
      const one = await get(bundle, 'olga')
      expect(one.statusCode).toBe(200)
      expect((await get(`epoch/2/${bundle}`, 'olga')).rawPayload).toEqual(one.rawPayload)
    })
  })

  describe('followed from elsewhere', () => {
    const watched = async (kept: string | undefined) => {
      const folder = await mkdtemp(join(tmpdir(), 'audit-follow-'))
      const at = (name: string) => join(folder, name)
      if (kept !== undefined) await writeFile(at('state'), kept)
      await writeFile(at('trust'), (await run.app.server.inject({ url: '/v1/trust' })).rawPayload)
      const { port } = await listening()
      const typed = ['--trust', at('trust'), '--state', at('state'), '--once', '--json']
      const request = cliRequest([
        ...[
          'watch',
          '--url',
          `http://127.0.0.1:${port}/log/case-history/`,
          '--data-directory',
          folder,
        ],
        ...typed,
      ])
      if (request.kind !== 'watch') throw new Error(JSON.stringify(request))
      const { text } = await watchAnswer(request, () => undefined)
      const state = await readFile(at('state'), 'utf8').catch(() => '')
      await rm(folder, { recursive: true })
      return { ...JSON.parse(text), state }
    }
    const listening = async () => {
      const { server } = run.app.server
      if (!server.listening) await run.app.server.listen({ host: '127.0.0.1', port: 0 })
      return server.address() as AddressInfo
    }

    test('goes over to the epoch that began, from a checkpoint whose entries survived or from none', async () => {
      for (const kept of [survived, undefined]) {
        const seen = await watched(kept)
        expect(seen).toMatchObject({ ok: true, origin: 'wederhoor.test/ledger/epoch/2' })
        expect(seen.state).toBe(await newest())
      }
    })

    test('fails from one whose entries did not survive, and says what began', async () => {
      expect(await watched(lost)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('wederhoor.test/ledger/epoch/2 has begun since'),
      })
    })

    test('never goes back to an epoch that has ended, however long it is (older epoch)', async () => {
      const { origin } = run.parts.evidence.caseHistory
      const keys = await run.parts.signingKeys.publicKeys('log')
      const root = Buffer.alloc(32, 1)
      const size = checkpointIn(await newest()).size + 1
      const signers = await run.parts.signingKeys.signers('log', origin)
      const back = await signCheckpoint({ origin, size, root }, signers)
      const log = { readCheckpoint: async () => back, readTile: async () => undefined }
      const keysOf = (of: string) => keys.map((key) => verifierOf(vkeyOf(of, key)))
      expect(await look(log, keysOf, checkpointIn(await newest()))).toMatchObject({
        kind: 'failed',
        reason: 'smaller-than-before',
        message: expect.stringContaining('an epoch that had ended'),
      })
    })
  })

  test('gives the same answer to a second confirmation, and begins nothing twice', async () => {
    const before = await run.parts.store.head()
    const again = await confirm('fenna', confirmed)
    expect([again.status, again.body.epoch]).toEqual([200, 2])
    expect(await run.parts.store.head()).toBe(before)
    const body = { incident: 'restored-backup', lastWitnessed: null }
    const early = await run.send('nora', 'POST', `${log}/epochs`, body)
    expect([early.status, early.body.code]).toEqual([409, 'not-halted'])
  })

  test('gives no entries of an ended epoch that are not those it signed (entry changed)', async () => {
    const url = `/log/case-history/${tilePath({ level: 'entries', index: 0, width: walked.length })}`
    const headers = { authorization: await run.bearer('olga') }
    await run.pool.query('alter table ledger_case_history.entry disable trigger user')
    await run.pool.query(
      `update ledger_case_history.entry set bytes = bytes || ' '::bytea where position = 4`,
    )
    expect((await run.app.server.inject({ url, headers })).statusCode).toBe(404)
  })
})
