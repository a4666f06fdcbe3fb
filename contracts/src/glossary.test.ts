import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import glossary from '../glossary.json' with { type: 'json' }

const text = z.string().min(1)
const glossarySchema = z.strictObject({
  note: text,
  fyReviewed: z.boolean(),
  terms: z.array(z.strictObject({ term: text, nl: text, fy: text, meaning: text })),
})

describe('the glossary', () => {
  const { terms } = glossarySchema.parse(glossary)

  test('gives each English term once, in order', () => {
    const names = terms.map((one) => one.term)
    expect(names).toEqual([...new Set(names)].sort())
  })

  test.each([
    ['respondent', 'wederpartij'],
    ['hearing', 'hoor en wederhoor'],
    ['power', 'bevoegdheid'],
    ['desk', 'loket'],
    ['referral', 'doorverwijzing'],
    ['permit', 'verzendtoestemming'],
  ])('ties %s to %s', (term, nl) => {
    expect(terms.find((one) => one.term === term)?.nl).toBe(nl)
  })
})
