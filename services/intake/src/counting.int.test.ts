import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildIntakeApp } from './app.ts'
import { type IntakeWorld, intakeWorld } from './testing/intake-world.ts'

let intake: IntakeWorld

beforeAll(async () => {
  intake = await intakeWorld(buildIntakeApp)
})

afterAll(() => intake.close())

const places = ['GM0344', 'GM0355', 'GM0356', 'GM0310', 'GM0339', 'GM0342']

async function classified(residence: string): Promise<string> {
  const { dossier } = (await intake.report()).body
  await intake.post(`/v1/meldingen/${dossier}/acceptance`, undefined, 'anna')
  const { status } = await intake.post(
    `/v1/meldingen/${dossier}/classification`,
    {
      grounds: ['afkomst-huidskleur-ras'],
      terreinen: ['horeca-amusement'],
      natures: ['ongelijke-behandeling'],
      residence,
    },
    'anna',
  )
  expect(status).toBe(200)
  return dossier
}

async function counts() {
  const { rows } = await intake.world.pool.query<{
    entry: { recordedAt: string; data: { residence: string } }
  }>(
    `SELECT convert_from(bytes, 'UTF8')::json AS entry FROM ledger_case_history.entry
     WHERE type = 'ReportCounted' ORDER BY position`,
  )
  return rows.map(({ entry }) => entry)
}

describe('reports that were classified on one day', () => {
  test('are counted when it is over, each once, and neither place nor instant says which is whose', async () => {
    const dossiers: string[] = []
    for (const place of places) {
      dossiers.push(await classified(place))
      await intake.world.clock.advance(60_000)
    }
    await intake.pass(0)
    expect(await counts()).toEqual([])
    await intake.pass(1)
    const found = await counts()
    const order = found.map(({ data }) => data.residence)
    expect([...order].sort()).toEqual([...places].sort())
    expect(order).not.toEqual(places)
    expect(new Set(found.map((one) => one.recordedAt))).toEqual(
      new Set(['2024-03-01T22:59:59.999Z']),
    )
    const opened = await intake.world.pool.query<{ dossier: string }>(
      `SELECT dossier FROM ledger_access.entry WHERE type = 'ContentOpened'
       AND convert_from(bytes, 'UTF8') LIKE '%counting%' ORDER BY position`,
    )
    const readInOrder = opened.rows.map(({ dossier }) => places[dossiers.indexOf(dossier)])
    expect(readInOrder).toHaveLength(places.length)
    expect(readInOrder).not.toEqual(order)
    await intake.pass(1)
    expect(await counts()).toHaveLength(places.length)
  })
})
