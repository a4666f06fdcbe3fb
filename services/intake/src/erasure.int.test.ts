import { randomUUID } from 'node:crypto'
import { erasureRefused, partyErased as told } from '@wederhoor/contracts/events/case'
import { topicOf } from '@wederhoor/contracts/published'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { event, instant, open, type Uuid, uuid } from '@wederhoor/vault/fields'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildIntakeApp } from './app.ts'
import { type IntakeWorld, intakeWorld } from './testing/intake-world.ts'

let intake: IntakeWorld

beforeAll(async () => {
  intake = await intakeWorld(buildIntakeApp)
})
afterAll(() => intake.close())

/** As case writes it down. */
const partyErased = event('PartyErased', 1, {
  party: open('random id of the party', uuid('PartyId')),
  at: open('time of the act', instant),
})

async function reported(): Promise<{ dossier: string; code: string; melder: string }> {
  const { dossier, code } = (await intake.report()).body
  const { rows } = await intake.world.pool.query<{ melder: string }>(
    'SELECT melder FROM intake.melding WHERE dossier = $1',
    [dossier],
  )
  return { dossier, code, melder: rows[0]?.melder ?? '' }
}

async function erase(dossier: string, party: string): Promise<void> {
  const { parts, clock, publish } = intake.world
  const at = await clock.now()
  const codec = eventCodec({ ledger: parts.ledger, events: [partyErased] })
  const stream = `erasure-${randomUUID()}`
  const nobody = { role: 'clock', desk: null, pseudonym: randomUUID() as Uuid<'Pseudonym'> }
  const entry = codec.encode(
    { type: 'PartyErased', party: party as Uuid<'PartyId'>, at },
    { stream, revision: 0, id: randomUUID() },
    {
      id: randomUUID(),
      at,
      occurredAt: at,
      dossier,
      actor: nobody,
      power: { code: 'rechten-betrokkene', version: '1' },
      policy: '2024-01',
      causation: null,
      correlation: null,
      trace: null,
    },
  )
  await parts.store.append(stream, 'no-stream', [entry])
  const data = { dossier, party, at }
  await publish({
    service: 'case',
    topic: topicOf('case'),
    type: told.type,
    subject: dossier,
    data,
  })
  await intake.app.workers.settled()
  await intake.app.workers.settled()
}

const steps = async (dossier: string) =>
  (
    await intake.world.pool.query<{ step: string }>(
      'SELECT step FROM intake.step WHERE dossier = $1',
      [dossier],
    )
  ).rows

describe('a melder who wants to be erased', () => {
  test('says so by code, once a day is enough, and whoever decides is told', async () => {
    const { dossier, code, melder } = await reported()
    const asked = await intake.post('/v1/my-melding/erasure', {}, { code })
    await intake.post('/v1/my-melding/erasure', { ground: 'bezwaar' }, { code })
    expect(asked.status).toBe(202)
    const heard = (await intake.world.published(topicOf('intake'))).filter(
      (one) => one.subject === dossier && one.type.includes('erasure-asked'),
    )
    expect(heard.map((one) => one.data)).toMatchObject([
      { dossier, melder, ground: 'toestemming-ingetrokken' },
    ])
    const mine = await intake.get('/v1/my-melding', { code })
    expect(mine.body.steps.at(-1)).toMatchObject({ step: 'erasure-asked' })
    const unknown = await intake.post('/v1/my-melding/erasure', { ground: 'zomaar' }, { code })
    expect(unknown.status).toBe(400)
  })
})

describe('a melder who is not erased, for now', () => {
  test('reads by code that it was refused, and nothing of what was decided about others', async () => {
    const { dossier, code, melder } = await reported()
    const refused = async (party: string) => {
      const at = await intake.world.clock.now()
      const data = { dossier, party, grounds: ['bewaarplicht'], at }
      const type = erasureRefused.type
      await intake.world.publish({
        service: 'case',
        topic: topicOf('case'),
        type,
        subject: dossier,
        data,
      })
      await intake.app.workers.settled()
    }
    await refused(randomUUID())
    const told = async () =>
      (await intake.get('/v1/my-melding', { code })).body.steps.map(
        (one: { step: string }) => one.step,
      )
    expect(await told()).not.toContain('erasure-refused')
    await refused(melder)
    expect(await told()).toContain('erasure-refused')
  })
})

describe('a melder who was erased', () => {
  test('is told so by code; the report waits for nobody; a view built anew ends the same', async () => {
    const other = await reported()
    const { dossier, code, melder } = await reported()
    await erase(dossier, melder)
    expect(await intake.get('/v1/my-melding', { code })).toMatchObject({
      status: 410,
      body: { code: 'erased' },
    })
    expect(await steps(dossier)).toEqual([])
    expect(await steps(other.dossier)).not.toEqual([])
    const { rows } = await intake.world.pool.query(
      'SELECT status, erased FROM intake.melding WHERE dossier = $1',
      [dossier],
    )
    expect(rows).toEqual([{ status: 'ended', erased: true }])

    // Rewound and emptied, and what follows finds it so.
    await intake.world.pool.query('TRUNCATE intake.melding, intake.step')
    await intake.world.pool.query(
      `UPDATE projection.checkpoint SET position = '' WHERE name = 'intake'`,
    )
    await reported()
    expect(await steps(dossier)).toEqual([])
    expect(await steps(other.dossier)).not.toEqual([])
    expect((await intake.get('/v1/my-melding', { code })).status).toBe(410)
  })

  test('is the melder and not another party of the dossier', async () => {
    const { dossier, code } = await reported()
    await erase(dossier, randomUUID())
    expect((await intake.get('/v1/my-melding', { code })).status).toBe(200)
    expect(await steps(dossier)).not.toEqual([])
  })
})
