import { describe, expect, test } from 'vitest'
import { codesValidOn, isCodeValidOn } from './lists.ts'
import { municipalitiesOn, municipality } from './municipalities.ts'
import {
  normalisedName,
  organisation,
  organisations,
  organisationsNamed,
  registerNumber,
} from './organisations.ts'
import {
  chainPartner,
  chainPartnersOn,
  ministriesFor,
  ministriesOn,
  ministry,
  needsCovenant,
} from './partners.ts'

const on = '2024-06-01'

describe('the reference register', () => {
  test('has numbers of its own for each organisation and branch, in real places', () => {
    const branches = organisations.flatMap((one) => one.branches)
    expect(new Set(organisations.map((one) => one.number)).size).toBe(organisations.length)
    expect(new Set(branches.map((branch) => branch.number)).size).toBe(branches.length)
    expect(organisations.every((one) => one.number.startsWith('99'))).toBe(true)
    expect(organisations.every((one) => isCodeValidOn('sector', one.sector, on))).toBe(true)
    expect(branches.every((branch) => municipality(branch.municipality) !== undefined)).toBe(true)
  })

  test('knows a sole trader and a partnership for no legal person', () => {
    const others = organisations.filter((one) => !one.legalPerson)
    expect(others.map((one) => one.legalForm).sort()).toEqual(['eenmanszaak', 'vof'])
  })

  test('finds one organisation under all spellings, and two namesakes as two', () => {
    const found = (name: string) => organisationsNamed(name).map((one) => one.number)
    expect(found('Jansen BV')).toHaveLength(2)
    expect(found('JANSEN B.V.')).toEqual(found('Jansen bv'))
    expect(found('jansen uitzendbureau b.v.')).toEqual(found('Jansen Uitzendbureau Utrecht'))
    expect(found('grand cafe de waag')).toHaveLength(1)
    expect(found('Pietersen B.V.')).toEqual([])
    expect(found('B.V.')).toEqual([])
    expect(normalisedName('Meander & Vaart')).toBe('meander en vaart')
  })

  test('takes all branches for one legal person, and a foreign branch for none', () => {
    const [chain, other] = organisations
    const ids = (chain?.branches ?? []).map((branch) => `${chain?.number}-${branch.number}`)
    expect(new Set(ids.map(registerNumber))).toEqual(new Set([chain?.number]))
    expect(ids.map(organisation)).toEqual(ids.map(() => chain))
    expect(organisation(`${other?.number}-${chain?.branches[0]?.number}`)).toBeUndefined()
    expect(organisation('12345678')).toBeUndefined()
  })
})

describe('the chain partners', () => {
  test('are of a known kind, and have police in every unit', () => {
    const partners = chainPartnersOn(on)
    expect(partners.every((one) => isCodeValidOn('ketenpartner', one.kind, on))).toBe(true)
    expect(new Set(partners.flatMap((one) => one.policeUnit ?? []))).toEqual(
      new Set(municipalitiesOn(on).map((one) => one.policeUnit)),
    )
  })

  test('need a covenant when they are police or prosecution (REF-07)', () => {
    const needs = (code: string) => {
      const partner = chainPartner(code)
      return partner !== undefined && needsCovenant(partner, on)
    }
    expect(needs('politie-rotterdam')).toBe(true)
    expect(needs('om')).toBe(true)
    expect(needs('slachtofferhulp')).toBe(false)
  })
})

describe('the ministries', () => {
  test('cover every field of society, the leading one first', () => {
    for (const terrein of codesValidOn('terrein', on)) {
      const codes = ministriesFor(terrein, on)
      expect(codes.length).toBeGreaterThan(0)
      expect(codes.every((code) => ministry(code) !== undefined)).toBe(true)
    }
    expect(ministriesFor('arbeidsmarkt', on)).toEqual(['szw'])
    expect(ministriesFor('collectieve-voorzieningen', on)).toEqual(['vws', 'bzk'])
  })

  test('leave what nobody has to the one that coordinates', () => {
    expect(ministriesFor('een-nieuw-terrein', on)).toEqual(['bzk'])
    expect(ministriesOn('2023-12-31')).toEqual([])
  })
})
