import { describe, expect, test } from 'vitest'
import { planYear } from '../year.ts'
import { planFollowUp } from './plan-follow-up.ts'

const year = planYear({ meldingen: 4_000, year: 2024, seed: 'follow-up' })
const plans = year.flatMap((planned) => {
  const plan = planFollowUp(planned)
  return plan === undefined ? [] : [{ planned, plan }]
})
const hearings = plans.flatMap(({ plan }) => plan.hearing ?? [])

describe('what is planned behind an acceptance', () => {
  test('is the same for the same report', () => {
    for (const { planned, plan } of plans.slice(0, 50)) expect(planFollowUp(planned)).toEqual(plan)
  })

  test('is for whoever asks for help, decides for themself and can be reached (WIT-02)', () => {
    expect(plans.length).toBeGreaterThan(800)
    for (const { planned } of plans) {
      expect(planned.asksForHelp).toBe(true)
      expect(planned.anonymous).toBe(false)
      expect(planned.melderKind).not.toBe('getuige')
      expect(planned.body['contact']).toBeDefined()
    }
  })

  test('hears every organisation that was named', () => {
    const naming = plans.filter(({ planned }) => 'organisation' in planned.classification)
    expect(naming.length).toBeGreaterThan(5)
    for (const { planned, plan } of naming)
      expect(plan.hearing?.respondent).toEqual({
        organisation: planned.classification['organisation'],
      })
  })

  test('follows the researched cooperation: a fifth takes part, half stays silent', () => {
    const share = (wills: readonly string[]) =>
      hearings.filter((one) => wills.includes(one.respondentWill)).length / hearings.length
    expect(share(['answer', 'answer-late'])).toBeCloseTo(0.2, 1)
    expect(share(['stay-silent'])).toBeCloseTo(0.5, 1)
    expect(share(['decline', 'answer-formally'])).toBeCloseTo(0.3, 1)
  })

  test('has every turn that the procedure knows', () => {
    const referrals = plans.flatMap(({ plan }) => plan.referral ?? [])
    const met = (values: readonly unknown[]) => new Set(values).size
    expect(met(hearings.map((one) => one.respondentWill))).toBe(5)
    expect(met(hearings.map((one) => one.melderWill))).toBe(3)
    expect(met(hearings.map((one) => one.withdraws))).toBe(3)
    expect(met(hearings.map((one) => `${one.isSkipped} ${one.isWithheld}`))).toBeGreaterThan(2)
    expect(met(referrals.map((one) => one.partnerWill))).toBe(4)
    expect(met(referrals.map((one) => one.isWithdrawn))).toBe(2)
    expect(referrals.some((one) => one.partner.startsWith('politie-'))).toBe(true)
  })
})
