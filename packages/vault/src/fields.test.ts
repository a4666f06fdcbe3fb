import { AssertionError } from 'node:assert'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  code,
  date,
  digest,
  type EventOf,
  event,
  type Instant,
  instant,
  maybe,
  month,
  open,
  pattern,
  type Sealed,
  sensitive,
  uuid,
  version,
} from './fields.ts'
import type { SensitiveContent } from './port.ts'

// Checked by tsc: each line below an expectation must fail to compile, or the check goes red.
describe('a field that is open', () => {
  test('never holds a free string', () => {
    // @ts-expect-error a free string could hold a sentence about a person
    open('why', z.string())
    // @ts-expect-error a form that a schema checks at run time leaves the type a free string
    open('why', z.string().regex(/^[a-z]+$/))
    // @ts-expect-error free strings in a list are free
    open('why', z.array(z.string()))
    // @ts-expect-error a free string deep inside an object is free
    open('why', z.object({ of: z.object({ name: z.string() }) }))
    // @ts-expect-error an absent free string is free when it is there
    open('why', z.string().optional())
    // @ts-expect-error the names of a record are free strings' hiding place, and so are its values
    open('why', z.record(code('kind'), z.string()))
    // @ts-expect-error one free side of a union is enough
    open('why', z.union([code('kind'), z.string()]))
    // @ts-expect-error what may be anything may be a sentence
    open('why', z.unknown())
  })

  test('may hold codes, ids, numbers, instants and literals', () => {
    open('why', code('kind'))
    open('why', uuid('PartyId'))
    open('why', z.number())
    open('why', z.boolean())
    open('why', z.enum(['a', 'b']))
    open('why', z.literal('a'))
    open('why', z.array(code('kind')))
    open('why', z.object({ at: instant, on: date, in: month, by: digest, policy: version }))
    open('why', pattern('AreaCode', /^GM\d{4}$/))
    open('why', z.union([code('kind'), z.null()]))
  })

  test('has a reason', () => {
    // @ts-expect-error open to everybody for ever, and nobody said why
    open(z.number())
  })
})

describe('a field that was not declared', () => {
  test('does not compile', () => {
    // @ts-expect-error a bare schema is neither open nor sensitive
    event('Thing', 1, { name: z.string() })
    const thing = event('Thing', 1, { count: open('a number', z.number()) })
    type Thing = EventOf<typeof thing>
    const event1: Thing = { type: 'Thing', count: 1 }
    // @ts-expect-error an event holds what was declared and no more
    const event2: Thing = { type: 'Thing', count: 1, name: 'Zoë' }
    // @ts-expect-error and no less
    const event3: Thing = { type: 'Thing' }
    expect([event1, event2, event3]).toHaveLength(3)
  })
})

describe('an event', () => {
  const told = event('StoryTold', 1, {
    teller: open('a random id', uuid('PartyId')),
    dueAt: maybe(open('a date', instant)),
    story: sensitive('teller', z.string()),
    contact: maybe(sensitive('teller', z.object({ email: z.string() }))),
  })

  test('holds sensitive content as its commitment only', () => {
    type Told = EventOf<typeof told>
    expectTypeOf<Told['story']>().toEqualTypeOf<Sealed<string>>()
    expectTypeOf<Told['contact']>().toEqualTypeOf<Sealed<{ email: string }> | undefined>()
    expectTypeOf<Told['dueAt']>().toEqualTypeOf<Instant | undefined>()
    expectTypeOf<'plain text'>().not.toExtend<Told['story']>()
  })

  test('says what is to be sealed: the sensitive fields and no open one', () => {
    expectTypeOf<SensitiveContent<typeof told>>().toEqualTypeOf<{
      readonly story: string
      readonly contact: { email: string }
    }>()
  })
})

describe('a form that leaves no room for a sentence', () => {
  test.each([
    ['code', code('x'), 'race', 'Zij noemde mij Zoë'],
    ['code', code('x'), 'a-1', `a${'-a'.repeat(40)}`],
    ['uuid', uuid('x'), '6f6ad6a4-1a5a-4a51-9d4e-2f5a0a0c7b11', 'Zoë'],
    ['instant', instant, '2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00+01:00'],
    ['instant', instant, '2024-02-29T09:00:00.000Z', '2026-02-30T09:00:00.000Z'],
    ['date', date, '2024-02-29', '2023-02-29'],
    ['month', month, '2026-12', '2026-13'],
    ['digest', digest, 'Qg_O64zqAxe412a108iroIEMEtRU0sHsbXy_2VrkAPo', 'Qg_O64zq'],
    ['version', version, '2026-01.2', 'v1'],
    ['pattern', pattern('x', /^GM\d{4}$/), 'GM0363', 'GM0363 and more'],
    ['pattern of a signature', pattern('x', /^[\w+/]{91}=$/), `${'A'.repeat(91)}=`, 'A'.repeat(92)],
  ])('%s: takes its own kind and nothing else', (_name, schema, right, wrong) => {
    expect(schema.safeParse(right).success).toBe(true)
    expect(schema.safeParse(wrong).success).toBe(false)
    expect(schema.safeParse(`${right}\n`).success).toBe(false)
  })

  test.each([/GM\d{4}/, /^GM/, /^.*$/, /^[a-z ]+$/, /^GM\d{4}$/m])(
    'pattern: %s is refused where it is declared',
    (form) => {
      expect(() => pattern('x', form)).toThrow(AssertionError)
    },
  )
})
