import { describe, expect, test } from 'vitest'
import {
  desk,
  deskServing,
  desksOn,
  isUnconnected,
  nationalDesk,
  neighbouringDesk,
} from './desks.ts'
import {
  municipalitiesOn,
  municipality,
  municipalityNow,
  plannedMergers,
} from './municipalities.ts'

const on = '2024-06-01'

describe('the municipalities', () => {
  test('are 342, in 25 regions, 12 provinces and 10 police units', () => {
    const all = municipalitiesOn(on)
    expect(all).toHaveLength(342)
    expect(new Set(all.map((one) => one.code)).size).toBe(342)
    expect(new Set(all.map((one) => one.region)).size).toBe(25)
    expect(new Set(all.map((one) => one.province)).size).toBe(12)
    expect(new Set(all.map((one) => one.policeUnit)).size).toBe(10)
  })

  test('know a place and not one that never was', () => {
    expect(municipality('GM0088')).toMatchObject({
      name: 'Schiermonnikoog',
      inhabitants: 944,
      province: 'Fryslân',
      policeUnit: 'Noord-Nederland',
    })
    expect(municipality('GM9999')).toBeUndefined()
    expect(municipalityNow('GM9999', on)).toBeUndefined()
  })

  test('do not act on a merger that is only planned', () => {
    expect(plannedMergers).toMatchObject([
      { municipality: 'GM1696', successor: 'GM0402', on: '2027-01-01' },
    ])
    expect(municipalityNow('GM1696', '2027-06-01')?.name).toBe('Wijdemeren')
  })
})

describe('the desks', () => {
  test('serve every municipality once, but for a few that are connected to none (ROU-08)', () => {
    const served = municipalitiesOn(on).map((one) => deskServing(one.code, on))
    const missing = municipalitiesOn(on).filter((one) => isUnconnected(one.code, on))
    expect(served.filter((id) => id === null)).toHaveLength(missing.length)
    expect(missing.length).toBeGreaterThan(0)
    expect(missing.length / 342).toBeLessThan(0.05)
    expect(new Set(served.filter((id) => id !== null)).size).toBe(19)
    expect(served).not.toContain(nationalDesk)
  })

  test('each stand for regions that no other desk has', () => {
    const regions = desksOn(on).flatMap((one) => one.regions)
    expect(new Set(regions).size).toBe(regions.length)
  })

  test('serve nobody before they were there, nor a place that never was', () => {
    expect(deskServing('GM0363', '2023-12-31')).toBeNull()
    expect(deskServing('GM9999', on)).toBeNull()
    expect(deskServing('GM0344', on)).toBe('loket-utrecht')
  })

  test('have neighbours that exist, and the national desk behind them', () => {
    for (const one of desksOn(on)) {
      for (const neighbour of one.neighbours) {
        expect(desk(neighbour)?.kind).toBe('local')
        expect(neighbour).not.toBe(one.id)
      }
    }
    expect(neighbouringDesk('loket-utrecht', on)).toBe('loket-gooi-vechtstreek')
    const both = ['loket-gooi-vechtstreek', 'loket-amsterdam']
    expect(neighbouringDesk('loket-utrecht', on, both)).toBe(nationalDesk)
    expect(neighbouringDesk('loket-utrecht', on, [...both, nationalDesk])).toBeNull()
    expect(neighbouringDesk(nationalDesk, on)).toBeNull()
  })

  test('of one person have a neighbour with another', () => {
    for (const one of desksOn(on).filter((found) => found.onePerson)) {
      const other = neighbouringDesk(one.id, on)
      expect(other !== null && desk(other)?.onePerson).toBe(false)
    }
  })
})
