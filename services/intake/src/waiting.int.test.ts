import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildIntakeApp } from './app.ts'
import { type IntakeWorld, intakeWorld } from './testing/intake-world.ts'

let intake: IntakeWorld

beforeAll(async () => {
  intake = await intakeWorld(buildIntakeApp)
})

afterAll(() => intake.close())

describe('a report that waits for a desk', () => {
  test('is put through by the door to the desk that it names, and taken by no other (INT-20)', async () => {
    const call = await intake.report({ channel: 'telefoon', hold: true }, undefined, 'door')
    const path = `/v1/meldingen/${call.body.dossier}`
    const desk = { desk: 'loket-utrecht' }
    expect((await intake.post(`${path}/putting-through`, desk, 'bram')).status).toBe(403)
    expect((await intake.post(`${path}/acceptance`, undefined, 'bram')).status).toBe(409)
    expect((await intake.post(`${path}/putting-through`, desk, 'door')).body).toMatchObject({
      status: 'offered',
      offeredTo: 'loket-utrecht',
    })
    expect((await intake.post(`${path}/acceptance`, undefined, 'bram')).status).toBe(409)
    expect((await intake.post(`${path}/acceptance`, undefined, 'anna')).body).toMatchObject({
      status: 'accepted',
      holder: 'loket-utrecht',
    })
  })

  test('has a clock while nobody assigns it, and is overdue in sight of the national layer and the melder', async () => {
    const { body } = await intake.report({ residence: undefined })
    const { dossier, code } = body
    const clocks = async () => {
      const { rows } = await intake.world.pool.query<{ kind: string }>(
        'SELECT kind FROM clock.deadline WHERE stream = $1 ORDER BY kind',
        [`melding-${dossier}`],
      )
      return rows.map((row) => row.kind)
    }
    expect(await clocks()).toEqual(['assignment', 'first-contact'])
    for (let week = 0; week < 3; week += 1) {
      await intake.pass(7)
    }
    expect(await clocks()).toEqual(['assignment'])
    const { meldingen } = (await intake.get('/v1/meldingen', 'nora')).body
    expect(meldingen[0]).toMatchObject({ firstContactOverdue: true })
    expect(meldingen.find((one: { dossier: string }) => one.dossier === dossier)).toMatchObject({
      status: 'escalated',
      firstContactOverdue: true,
      assignmentOverdue: 3,
    })
    const { steps } = (await intake.get('/v1/my-melding', { code })).body
    const told = steps.map((one: { step: string }) => one.step)
    expect(told.slice(0, 2)).toEqual(['registered', 'with-national-layer'])
    expect(told.slice(2).sort()).toEqual(['assignment-overdue', 'first-contact-overdue'])
    await intake.post(`/v1/meldingen/${dossier}/assignment`, { desk: 'loket-rotterdam' }, 'nora')
    await intake.post(`/v1/meldingen/${dossier}/acceptance`, undefined, 'bram')
    expect(await clocks()).toEqual([])
  })
})
