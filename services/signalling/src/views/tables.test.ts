import { describe, expect, test } from 'vitest'
import { type Report, tablesOf } from './tables.ts'

let next = 0
function report(change: Partial<Report> = {}): Report {
  next += 1
  return {
    count: `count-${next}`,
    month: '2024-03',
    incident: 'GM0344',
    residence: 'GM0599',
    ground: ['geslacht'],
    terrein: ['arbeidsmarkt'],
    nature: ['ongelijke-behandeling'],
    newPerson: true,
    newEvent: true,
    cluster: null,
    ...change,
  }
}
const times = (count: number, change: Partial<Report> = {}) =>
  Array.from({ length: count }, () => report(change))
const at = (kind: 'incident' | 'residence', municipality: string) => ({
  area: { kind, municipality },
  period: '2024-03',
})

describe('the figures of a year', () => {
  test('keep incident and residence apart (SIG-07)', () => {
    const tables = tablesOf(times(6), 'reports', 5)
    expect(tables.value(at('incident', 'GM0344'))).toBe(6)
    expect(tables.value(at('residence', 'GM0344'))).toBeNull()
    expect(tables.value(at('residence', 'GM0599'))).toBe(6)
  })

  test('count reports, persons, events and clusters each by their own mark', () => {
    const cluster = 'mass'
    const reports = [
      ...times(6, { cluster }),
      ...times(2, { newPerson: false, cluster }),
      ...times(4, { newEvent: false }),
    ]
    const of = (unit: Parameters<typeof tablesOf>[1]) =>
      tablesOf(reports, unit, 1).value({ period: '2024' })
    expect([of('reports'), of('persons'), of('events'), of('clusters')]).toEqual([12, 10, 8, 1])
  })

  test('count a report under each of its codes and once in the total', () => {
    const both = times(5, { ground: ['geslacht', 'leeftijd'] })
    const tables = tablesOf(both, 'reports', 5)
    expect(tables.value({ period: '2024-03' })).toBe(5)
    for (const code of ['geslacht', 'leeftijd'])
      expect(tables.value({ period: '2024-03', code: { list: 'ground', code } })).toBe(5)
  })

  test('say of nothing what they say of little: nothing (SIG-13)', () => {
    const tables = tablesOf(times(4), 'reports', 5)
    expect(tables.value(at('incident', 'GM0344'))).toBeNull()
    expect(tables.value(at('incident', 'GM0363'))).toBeNull()
  })

  test('do not let a month be had from its year and the other months (AVG-01)', () => {
    const reports = [
      ...times(9, { month: '2024-01' }),
      ...times(7, { month: '2024-02' }),
      ...times(2, { month: '2024-03' }),
    ]
    const tables = tablesOf(reports, 'reports', 5)
    expect(tables.value({ period: '2024' })).toBe(18)
    expect(tables.value({ period: '2024-01' })).toBe(9)
    expect(tables.value({ period: '2024-02' })).toBeNull()
    expect(tables.value({ period: '2024-03' })).toBeNull()
  })

  test('do not let a municipality be had from the country and its neighbours (AVG-01)', () => {
    const reports = [
      ...times(9, { incident: 'GM0344' }),
      ...times(7, { incident: 'GM0356' }),
      ...times(2, { incident: null }),
    ]
    const tables = tablesOf(reports, 'reports', 5)
    expect(tables.value(at('incident', 'GM0344'))).toBe(9)
    expect(tables.value(at('incident', 'GM0356'))).toBeNull()
  })
})
