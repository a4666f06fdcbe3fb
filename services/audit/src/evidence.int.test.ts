import { randomBytes } from 'node:crypto'
import { decodeEntry } from '@wederhoor/ledger/entry'
import {
  ed25519Signer,
  openNote,
  signaturesOf,
  signNote,
  verifierOf,
} from '@wederhoor/ledger/signed-note'
import { emptyRoot } from '@wederhoor/ledger/tree'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { entriesOf, streams, walked, write } from './builders.ts'
import { type CheckOutcome, formatCheck } from './check-note.ts'
import { checkpointIn } from './checkpoints.ts'
import { evidenceStream } from './domain/evidence.ts'
import { type RestorableHouse, restorableHouse } from './restored.fixture.ts'

let house: RestorableHouse
let run: Awaited<ReturnType<RestorableHouse['running']>>

beforeAll(async () => {
  house = await restorableHouse(buildAuditApp)
  run = await house.running(house.url)
  await write(run.parts.store, entriesOf(walked))
  await run.app.workers.settled()
}, 60_000)

afterAll(async () => {
  await run.stop()
  await house.close()
})

const checkpoint = async () => {
  await run.app.workers.settled()
  return (await run.parts.evidence.caseHistory.tiles.readCheckpoint('integrated')) ?? ''
}
const acts = async () => {
  const stream = evidenceStream('wederhoor.test/ledger')
  const stored = await run.parts.evidence.caseHistory.store.readStream(stream)
  return stored.map(({ bytes }) => decodeEntry(bytes))
}

describe('an exchange of the log key', () => {
  const rotation = '/v1/logs/case-history/key-rotation'
  const keys = async () => (await run.send('nora', 'GET', '/v1/logs/case-history')).body.keys

  const confirm = async (who: string, step: 'begin' | 'end', proposal?: string) => {
    const { body } = await run.send('nora', 'GET', '/v1/logs/case-history')
    const read = proposal ?? body.rotation.proposal
    return run.send(who, 'POST', `${rotation}/confirmation`, { step, proposal: read })
  }
  let first: string

  test('begins by two persons; until it ends both keys sign, and each alone verifies', async () => {
    const [old] = await keys()
    const proposed = await run.send('nora', 'POST', rotation, { step: 'begin' })
    expect(proposed.status).toBe(200)
    first = proposed.body.rotation.proposal
    const same = await confirm('nora', 'begin')
    expect([same.status, same.body.code]).toEqual([403, 'same-person'])
    const swapped = await confirm('fenna', 'begin', '99999999-9999-4999-8999-999999999999')
    expect([swapped.status, swapped.body.code]).toEqual([409, 'proposal-changed'])
    const [begun] = await Promise.all([1, 2].map(() => confirm('fenna', 'begin', first)))
    if (begun === undefined) throw new Error('no answer')
    expect(begun.body.keys).toEqual([expect.any(String), old])
    const note = await checkpoint()
    expect(signaturesOf(note)).toHaveLength(2)
    for (const vkey of begun.body.keys)
      expect(openNote(note, [verifierOf(vkey)]).signatures).toHaveLength(1)
  })

  test('confirmed again makes no third key', async () => {
    const before = await keys()
    const again = await confirm('fenna', 'begin', first)
    expect([again.status, again.body.keys]).toEqual([200, before])
    const another = await run.send('nora', 'POST', rotation, { step: 'begin' })
    expect([another.status, another.body.code]).toEqual([409, 'overlap-stands'])
  })

  test('ends by two persons: the newest key alone signs, and what the old one signed still verifies', async () => {
    const overlap = await checkpoint()
    const [newest, old] = await keys()
    await run.send('fenna', 'POST', rotation, { step: 'end' })
    const ended = await confirm('nora', 'end')
    expect(ended.body.keys).toEqual([newest])
    const note = await checkpoint()
    expect(signaturesOf(note)).toHaveLength(1)
    expect(openNote(note, [verifierOf(newest)]).signatures).toHaveLength(1)
    expect(() => openNote(note, [verifierOf(old)])).toThrow()
    expect(openNote(overlap, [verifierOf(old)]).signatures).toHaveLength(1)
    const trust = (await run.app.server.inject({ url: '/v1/trust' })).body
    expect(trust).toContain(`${newest}\n${old}\n`)
    expect((await acts()).map(({ type, data }) => [type, data['step']])).toEqual([
      ['LogKeyRotationProposed', 'begin'],
      ['LogKeyRotated', 'begin'],
      ['LogKeyRotationProposed', 'end'],
      ['LogKeyRotated', 'end'],
    ])
  })
})

describe('a check by an officer', () => {
  const officer = ed25519Signer('officer.example/ivo', randomBytes(32))
  const signed = async (change: Partial<CheckOutcome> = {}) => {
    const { origin, size, root } = checkpointIn(await checkpoint())
    const of = { origin, size, root, outcome: 'verified', position: undefined } as const
    const at = { checkedAt: await house.clock.now() }
    return {
      note: await signNote(formatCheck({ ...of, ...at, ...change }), [officer]),
      vkey: officer.vkey,
    }
  }
  const hand = (body: object, who = 'ivo') => run.send(who, 'POST', '/v1/ledger-checks', body)
  const listed = async () =>
    (await run.send('olga', 'GET', '/v1/ledger-checks')).body.logs.find(
      (one: { log: string }) => one.log === 'case-history',
    )

  test.each([
    ['olga', true],
    ['ivo', true],
    ['nora', false],
  ])(
    'can be made with the keys that %s gets: those of each hearing too (%s)',
    async (who, gets) => {
      const { body } = await run.app.server.inject({
        url: '/v1/trust',
        headers: { authorization: await run.bearer(who) },
      })
      const begun = streams.hearing.slice('hearing-'.length)
      expect(body.includes(`wederhoor.test/ledger/hearing/${begun}+`)).toBe(gets)
    },
  )

  test('is due three months after the first entry while there was none', async () => {
    expect(await listed()).toMatchObject({
      nextDueAt: '2024-06-01T21:59:59.999Z',
      overdue: false,
      checks: [],
    })
    await house.clock.advance(86_400_000)
    expect(await listed()).toMatchObject({ overdue: true })
  })

  test('is recorded with its signature, which still verifies, and moves the next one', async () => {
    const body = await signed()
    const answer = await hand(body)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ outcome: 'verified', note: body.note, vkey: officer.vkey })
    expect(await listed()).toMatchObject({
      nextDueAt: '2024-09-02T21:59:59.999Z',
      overdue: false,
      checks: [{ note: body.note }],
    })
    expect((await hand(body)).status).toBe(201)
    expect((await acts()).filter(({ type }) => type === 'LedgerChecked')).toHaveLength(1)
  })

  test('is not taken from whoever has another role in the house', async () => {
    const body = await signed()
    expect((await hand(body, 'olga')).status).toBe(403)
    const both = await hand(body, 'ilse')
    expect([both.status, both.body.detail]).toEqual([403, expect.stringContaining('another role')])
  })

  test('is not taken with a signature that is not theirs, or over another text', async () => {
    const body = await signed()
    const other = ed25519Signer('officer.example/ivo', randomBytes(32))
    expect((await hand({ ...body, vkey: other.vkey })).status).toBe(400)
    expect((await hand({ ...body, note: body.note.replace('verified', 'failed') })).status).toBe(
      400,
    )
    expect((await hand({ ...body, vkey: 'x' })).status).toBe(400)
    const text = await signNote('wederhoor.test/ledger\n1\n', [officer])
    expect((await hand({ ...body, note: text })).status).toBe(400)
    const elsewhere = await hand(await signed({ origin: 'other.test/ledger' }))
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'another-log'])
  })

  test('of a checkpoint that this log never had is refused, and an incident (split view)', async () => {
    const forked = await hand(await signed({ root: randomBytes(32) }))
    expect([forked.status, forked.body.code]).toEqual([409, 'never-signed-here'])
    const ahead = await hand(await signed({ size: 10_000 }))
    expect(ahead.body.code).toBe('never-signed-here')
    const { incidents } = (await run.send('nora', 'GET', '/v1/logs/case-history')).body
    expect(incidents).toMatchObject([
      { reason: 'never-signed-here', detectedBy: 'check-received', position: null },
      { reason: 'never-signed-here', size: 10_000 },
    ])
  })

  test('that was found at a time that cannot be, or of no entries, is refused', async () => {
    const code = async (change: Partial<CheckOutcome>) =>
      (await hand(await signed(change))).body.code
    expect(await code({ checkedAt: '2031-01-01T00:00:00.000Z' })).toBe('checked-in-the-future')
    expect(await code({ checkedAt: '2024-06-01T08:30:00.000Z' })).toBe('checked-too-early')
    expect(await code({ size: 0, root: emptyRoot() })).toBe('nothing-checked')
  })

  test('that failed is recorded, and is an incident', async () => {
    const answer = await hand(await signed({ outcome: 'failed', position: 4 }))
    expect(answer.body).toMatchObject({ outcome: 'failed', position: 4 })
    const { incidents } = (await run.send('nora', 'GET', '/v1/logs/case-history')).body
    expect(incidents.at(-1)).toMatchObject({ reason: 'found-by-officer', position: 4 })
  })
})
