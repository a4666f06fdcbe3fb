import { describe, expect, test } from 'vitest'
import { sharesTable } from './shares-table.ts'
import { planYear } from './year.ts'

describe('a planned year', () => {
  test('is the same for the same seed, and another for another', () => {
    const options = { meldingen: 120, year: 2024, seed: '7' }
    expect(planYear(options)).toEqual(planYear(options))
    expect(planYear({ ...options, seed: '8' })).not.toEqual(planYear(options))
  })

  test('lies within its year, in order, with a key of 128 bits of its own per report', () => {
    const plan = planYear({ meldingen: 400, year: 2024, seed: 'order' })
    expect(plan.every((one) => one.at.startsWith('2024-'))).toBe(true)
    expect(plan.map((one) => one.at)).toEqual(plan.map((one) => one.at).toSorted())
    expect(new Set(plan.map((one) => one.key)).size).toBe(400)
    expect(plan.every((one) => /^[0-9a-f]{32}$/.test(one.key))).toBe(true)
  })

  test('follows the published shares within three standard errors', () => {
    const plan = planYear({ meldingen: 6_000, year: 2024, seed: 'shares' })
    const loose = plan.filter((one) => one.cluster === undefined).length
    for (const { what, generatedPercent, publishedPercent } of sharesTable(plan)) {
      const p = publishedPercent / 100
      const bound = 300 * Math.sqrt((p * (1 - p)) / loose) + 0.5
      expect(Math.abs(generatedPercent - publishedPercent), what).toBeLessThan(bound)
    }
  })

  test('has one mass event, a region where hardly anybody reports, and places without a desk', () => {
    const plan = planYear({ meldingen: 3_000, year: 2024, seed: 'marks' })
    const clusters = new Set(plan.flatMap((one) => one.cluster ?? []))
    expect(clusters.size).toBe(1)
    expect(plan.some((one) => one.unconnected)).toBe(true)
    const named = new Set(
      plan.flatMap((one) => (one.classification['organisation'] as string | undefined) ?? []),
    )
    expect(named.size).toBeGreaterThan(1)
  })
})
