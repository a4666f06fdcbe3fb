import { caseClosed } from '@wederhoor/contracts/events/case'
import { START } from '@wederhoor/event-store/port'
import { type OpenedCheckpoint, openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildMediationApp } from './app.ts'
import { hearingSeals } from './hearing-seals.ts'
import { hearingOrigin, type SealedCheckpoint } from './hearing-tree.ts'
import { answer, type HearingWorld, hearingWorld, type Prepared } from './hearing-world.fixture.ts'
import { rootAsWritten } from './sealed-hearing.fixture.ts'

let world: HearingWorld

beforeAll(async () => {
  world = await hearingWorld(buildMediationApp)
})

afterAll(async () => {
  await world.close()
})

async function entriesOf({ hearing }: Pick<Prepared, 'hearing'>) {
  const { rows } = await world.pool.query<{ type: string; bytes: Buffer }>(
    'SELECT type, bytes FROM ledger_case_history.entry WHERE stream = $1 ORDER BY revision',
    [`hearing-${hearing}`],
  )
  return rows
}

/** What a party does at home, with a key that it got from elsewhere. */
async function opened({ hearing }: Prepared, note: string): Promise<OpenedCheckpoint> {
  const origin = hearingOrigin(world.parts.ledger, hearing)
  const keys = await world.parts.signingKeys.publicKeys('hearing')
  return openCheckpoint(
    note,
    keys.map((key) => verifierOf(vkeyOf(origin, key))),
  )
}

/** Both sides have a code: the melder was served the answer. */
async function exchanged() {
  const { hearing, code } = await world.servedHearing()
  await world.post('/v1/my-hearing/answers', { letter: answer }, { code })
  const { document } = await world.answerIn(hearing)
  const melder = await world.sent(hearing, document, 'melder')
  await world.post('/v1/my-hearing/opening', { document }, { code: melder.code })
  return { hearing, melder: { code: melder.code }, respondent: { code } }
}

describe('the parties of a hearing', () => {
  test('are given the same signed text, over the bytes that stand in the ledger', async () => {
    const { hearing, melder, respondent } = await exchanged()
    const mine = (await world.get('/v1/my-hearing', melder)).body.checkpoint as SealedCheckpoint
    const theirs = (await world.get('/v1/my-hearing', respondent)).body.checkpoint
    expect(theirs).toEqual(mine)
    expect(mine).toMatchObject({ proves: expect.stringContaining(`first ${mine.size} entries`) })

    const { checkpoint } = await opened(hearing, mine.note)
    const bytes = (await entriesOf(hearing)).map((entry) => entry.bytes)
    expect(checkpoint.size).toBe(mine.size)
    expect(Buffer.from(checkpoint.root).toString('base64')).toBe(mine.root)
    expect(mine.root).toBe(rootAsWritten(bytes.slice(0, mine.size)))
  })

  test('are given a checkpoint after each serving and at the end, and so is whoever handles it', async () => {
    const { hearing, melder, respondent } = await exchanged()
    await world.post('/v1/my-hearing/declining', undefined, melder)
    await world.post(`${hearing.base}/ending`, { end: 'exchanged' }, 'anna')
    const all = (await world.get('/v1/my-hearing/checkpoints', melder)).body.checkpoints
    expect((await world.get('/v1/my-hearing/checkpoints', respondent)).body.checkpoints).toEqual(
      all,
    )
    expect((await world.get(`${hearing.base}/checkpoints`, 'anna')).body.checkpoints).toEqual(all)

    const types = (await entriesOf(hearing)).map(({ type }) => type)
    expect(types.at(-1)).toBe('HearingSealed')
    const sizes = all.map(({ size }: SealedCheckpoint) => size)
    expect(sizes).toEqual(types.flatMap((type, index) => (type === 'HearingSealed' ? index : [])))
    const since = sizes.map((size: number, index: number) =>
      types.slice(index === 0 ? 0 : sizes[index - 1] + 1, size),
    )
    const causes = [
      'DocumentDispatched',
      'DeliveryProven',
      'DocumentDispatched',
      'DeliveryProven',
      'HearingEnded',
    ]
    expect(since).toEqual(causes.map((cause) => expect.arrayContaining([cause])))
    for (const { note } of all) await opened(hearing, note)
  })

  test('have nothing to compare before the first serving', async () => {
    const hearing = await world.prepared()
    expect((await world.get(`${hearing.base}/checkpoints`, 'anna')).body.checkpoints).toEqual([])
  })

  test('read with what they open what was signed when it was sent', async () => {
    const { hearing, code } = await world.servedHearing()
    const { documents } = await world.standing(hearing)
    const again = { document: documents[0].document }
    const { body } = await world.post('/v1/my-hearing/opening', again, { code })
    const newest = (await world.get('/v1/my-hearing', { code })).body.checkpoint
    expect(body.checkpoint).toEqual(newest)
  })

  test('have the checkpoint also of an end that nobody here decided', async () => {
    const { hearing, code } = await world.servedHearing()
    await world.tell(caseClosed, hearing.dossier, { outcome: 'afgerond' })
    const types = (await entriesOf(hearing)).map(({ type }) => type)
    expect(types.slice(-2)).toEqual(['HearingDetached', 'HearingSealed'])
    const { checkpoint } = (await world.get('/v1/my-hearing', { code })).body
    expect(checkpoint.size).toBe(types.length - 1)
  })

  test('are given it by nobody else: not without a code, not to another desk', async () => {
    const { hearing } = await world.servedHearing()
    const guess = { code: '0000 0000 0000 0000' }
    expect((await world.get('/v1/my-hearing/checkpoints', guess)).status).toBe(401)
    expect((await world.get(`${hearing.base}/checkpoints`, 'cato')).status).toBe(403)
    expect((await world.get(`${hearing.base}/checkpoints`, 'insider')).status).toBe(403)
  })
})

describe('a hearing during an exchange of keys', () => {
  test('is sealed by the new key, and what the old one signed still opens', async () => {
    const { hearing } = await world.servedHearing()
    await world.parts.signingKeys.rotate('hearing')
    await world.tell(caseClosed, hearing.dossier, { outcome: 'afgerond' })
    await world.parts.signingKeys.dropOld('hearing')

    const seals = (await entriesOf(hearing)).filter(({ type }) => type === 'HearingSealed')
    const keys = seals.map(({ bytes }) => JSON.parse(bytes.toString('utf8')).data.key)
    const known = (await world.parts.signingKeys.publicKeys('hearing')).map((key) =>
      Buffer.from(key).toString('base64'),
    )
    expect([keys.at(-1), keys[0]]).toEqual(known)
    const { body } = await world.get(`${hearing.base}/checkpoints`, 'anna')
    for (const { note } of body.checkpoints) await opened(hearing, note)
  })
})

describe('hearings that are followed anew from the beginning of the ledger', () => {
  test('are not sealed again', async () => {
    const { hearing } = await exchanged()
    const before = await entriesOf(hearing)
    await world.pool.query(`DELETE FROM projection.checkpoint WHERE name = 'hearing-seals'`)
    const anew = hearingSeals(world.parts)
    await anew.start()
    await anew.settled()
    await anew.stop()
    expect(anew.position()).not.toBe(START)
    expect(await entriesOf(hearing)).toEqual(before)
  })
})
