import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildIntakeApp } from './app.ts'
import { type IntakeWorld, intakeWorld } from './testing/intake-world.ts'

let intake: IntakeWorld
beforeAll(async () => {
  intake = await intakeWorld(buildIntakeApp)
})
afterAll(() => intake.close())

const seen = async (code: string) => intake.get('/v1/my-melding/openings', { code })

describe('a melder who asks who saw their file', () => {
  test('is told on which day and why, never by whom or in what role, and of refusals; asking is no opening', async () => {
    const { body } = await intake.report()
    const file = `/v1/meldingen/${body.dossier}`
    expect((await seen(body.code)).body).toEqual({ openings: [] })
    expect((await intake.get(file, 'anna')).status).toBe(200)
    expect((await intake.get(file, 'bram')).status).toBe(403)
    const told = await seen(body.code)
    const day = { on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), purpose: 'behandeling' }
    expect(told.body.openings).toEqual([
      { kind: 'opened', ...day, pieces: expect.any(Number) },
      { kind: 'denied', ...day, pieces: 0 },
    ])
    expect(JSON.stringify(told.body)).not.toContain(
      await intake.world.parts.vault.pseudonym(body.dossier, 'anna'),
    )
    expect((await seen(body.code)).body).toEqual(told.body)
  })

  test('is told so after an erasure too', async () => {
    const { body } = await intake.report()
    await intake.get(`/v1/meldingen/${body.dossier}`, 'anna')
    const before = await seen(body.code)
    const { rows } = await intake.world.pool.query<{ party: string }>(
      'SELECT DISTINCT party FROM vault.sealed WHERE dossier = $1',
      [body.dossier],
    )
    const owner = { dossier: body.dossier, party: rows[0]?.party ?? '' }
    const { steps } = intake.world.parts.erasing
    await steps.raiseFence(owner)
    await steps.destroyKeys(owner)
    await steps.deleteSealed(owner)
    expect(before.body.openings).toHaveLength(1)
    expect((await seen(body.code)).body).toEqual(before.body)
  })

  test('is told nothing without a code', async () => {
    expect((await seen('0000 0000 0000 0000')).status).toBe(401)
  })
})
