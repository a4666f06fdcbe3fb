import { describe, expect, test } from 'vitest'
import {
  codesValidOn,
  decodeCode,
  hasMark,
  isCodeValidOn,
  labelOn,
  listNames,
  valueList,
  valueListSchema,
} from './lists.ts'

const on = '2024-06-01'

describe('every value list', () => {
  test.each([...listNames])('%s carries its own name, unique codes and no review', (name) => {
    const list = valueList(name)
    const codes = list.items.map((item) => item.code)
    expect(list.list).toBe(name)
    expect(new Set(codes).size).toBe(codes.length)
    expect(list.fyReviewed).toBe(false)
    for (const item of list.items) {
      const ends = (item.earlierLabels ?? []).map((label) => label.validUntil)
      expect(ends).toEqual([...ends].sort())
    }
  })

  test('narrows codes that exist', () => {
    for (const [narrow, wide] of [
      ['ondermerk', 'grond'] as const,
      ['onderterrein', 'terrein'] as const,
    ]) {
      for (const { within } of valueList(narrow).items) {
        expect(within !== undefined && isCodeValidOn(wide, within, on)).toBe(true)
      }
    }
  })

  test('is refused by its schema when a label, a date or a form is missing or wrong', () => {
    const list = valueList('hoorvorm')
    const [item] = list.items
    const withItem = (change: object) => ({ ...list, items: [{ ...item, ...change }] })
    expect(valueListSchema.safeParse(withItem({})).success).toBe(true)
    expect(valueListSchema.safeParse(withItem({ validFrom: '2024-02-30' })).success).toBe(false)
    expect(valueListSchema.safeParse(withItem({ code: 'Op School' })).success).toBe(false)
    expect(valueListSchema.safeParse(withItem({ labels: { nl: 'x', en: 'x' } })).success).toBe(
      false,
    )
  })
})

describe('a code', () => {
  test('that is unknown is kept as it came', () => {
    expect(decodeCode('grond', 'toekomstige-grond', on)).toEqual({ unknown: 'toekomstige-grond' })
    expect(isCodeValidOn('grond', 'toekomstige-grond', on)).toBe(false)
  })

  test('is not known before it was valid', () => {
    expect(decodeCode('kanaal', 'app', '2023-12-31')).toEqual({ unknown: 'app' })
    expect('item' in decodeCode('kanaal', 'app', '2024-01-01T00:00:00.000Z')).toBe(true)
    expect(codesValidOn('kanaal', '2023-12-31')).toEqual([])
  })

  test('kept its meaning when its label changed from 2023 to 2024', () => {
    const read = (date: string) => {
      const decoded = decodeCode('aard', 'ongelijke-behandeling', date)
      return 'item' in decoded ? labelOn(decoded.item, 'nl', date) : decoded
    }
    expect(read('2023-12-31')).toBe('Omstreden behandeling')
    expect(read('2024-01-01')).toBe('Ongelijke behandeling')
  })
})

describe('the lists of the procedure', () => {
  test('have the twelve statutory grounds, and antisemitism beside them (SIG-07)', () => {
    const statutory = codesValidOn('grond', on).filter((code) =>
      hasMark('grond', code, 'statutory', on),
    )
    expect(statutory).toHaveLength(12)
    expect(statutory).not.toContain('antisemitisme')
    expect(codesValidOn('grond', on)).toContain('antisemitisme')
  })

  test('know the ways in which a respondent deals with a request (WED-03)', () => {
    expect(codesValidOn('medewerking', on)).toEqual(
      expect.arrayContaining([
        'werkt-mee',
        'weigert',
        'geen-antwoord',
        'ontwijkt',
        'formeel-of-onzinnig',
        'wil-andere-vorm',
      ]),
    )
    expect(hasMark('medewerking', 'werkt-mee', 'counts', on)).toBe(false)
  })

  test('ask a covenant of police and prosecution alone (REF-07)', () => {
    const bound = codesValidOn('ketenpartner', on).filter((code) =>
      hasMark('ketenpartner', code, 'covenant', on),
    )
    expect(bound.sort()).toEqual(['om', 'politie', 'wijkagent'])
  })

  test('let a witness, an intermediary and a third party report without deciding (WIT-02)', () => {
    const deciding = codesValidOn('soort-melder', on).filter((code) =>
      hasMark('soort-melder', code, 'decides', on),
    )
    expect(deciding).toEqual(['slachtoffer'])
  })
})
