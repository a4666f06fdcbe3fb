/** Golden examples: each version of each event that was ever published decodes for ever, with codes that nobody knows yet. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type PublishedDeclaration, publish, reader } from './published.ts'
import { allPublishedEvents } from './published-events.ts'

const goldenSchema = z.strictObject({
  type: z.string(),
  examples: z
    .array(
      z.strictObject({
        shows: z.string().min(1),
        subject: z.string(),
        data: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1),
})

const directory = new URL('../golden/', import.meta.url)
const goldens = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name,
    ...goldenSchema.parse(JSON.parse(readFileSync(new URL(name, directory), 'utf8'))),
  }))
const declarationOf = new Map(allPublishedEvents.map((one) => [one.type, one]))
const read = reader(allPublishedEvents)

function declared(type: string): PublishedDeclaration {
  const found = declarationOf.get(type)
  if (found === undefined) throw new Error(`${type} was published once and is gone`)
  return found
}

/** A form that takes a code of today takes one of tomorrow, unless it is a closed list. */
const tomorrow = 'code-van-morgen'
const takesCodes = (schema: z.ZodType): boolean => schema.safeParse(tomorrow).success

describe('every published event', () => {
  test('has golden examples, and every golden example has its event', () => {
    const types = goldens.map((one) => one.type)
    expect(types).toEqual(goldens.map(({ name }) => name.replace(/\.json$/, '')))
    expect([...types].sort()).toEqual(allPublishedEvents.map((one) => one.type).sort())
  })

  test('has a type of its own and ends in its version', () => {
    const types = allPublishedEvents.map((one) => one.type)
    expect(new Set(types).size).toBe(types.length)
    for (const type of types) expect(type).toMatch(/^nl(\.[a-z-]+){3}\.v[1-9]\d*$/)
  })
})

describe('a closed list', () => {
  const shownOf = new Map<string, Set<unknown>>()
  for (const { type, examples } of goldens) {
    for (const [name, { schema }] of Object.entries(declared(type).fields)) {
      if (!(schema instanceof z.ZodEnum)) continue
      const list = schema.options.join(' ')
      const shown = shownOf.get(list) ?? new Set()
      for (const { data } of examples) shown.add(data[name])
      shownOf.set(list, shown)
    }
  }

  test.each([...shownOf])('is shown with each of its values: %s', (list, shown) => {
    expect([...shown].sort()).toEqual(list.split(' ').sort())
  })
})

describe.each(goldens)('the golden examples of $type', ({ type, examples }) => {
  const declaration = declared(type)
  const fields = Object.entries(declaration.fields)

  test.each(examples)('decode, whole and unchanged: $shows', ({ subject, data }) => {
    const decoded = read({ type, data })
    expect(decoded).toEqual({ name: declaration.name, ...data })
    const id = subject.split('/').at(-1) ?? ''
    expect(publish(declaration, id, data)).toEqual({ type, subject, data })
  })

  test('show each field, and each one that may be absent also absent', () => {
    for (const [name, { schema }] of fields) {
      const present = examples.filter(({ data }) => data[name] !== undefined)
      expect(present.length, name).toBeGreaterThan(0)
      if (schema.safeParse(undefined).success)
        expect(present.length, `${name} is never absent`).toBeLessThan(examples.length)
    }
  })

  test('still decode with codes that no list knows yet, and with members that came later', () => {
    for (const { data } of examples) {
      const later = Object.fromEntries(
        Object.entries(data).map(([name, value]) => {
          const schema = declaration.fields[name]?.schema
          return [name, schema !== undefined && takesCodes(schema) ? tomorrow : value]
        }),
      )
      expect(read({ type, data: { ...later, cameLater: 'x' } })).toEqual({
        name: declaration.name,
        ...later,
      })
    }
  })

  test('do not decode without what is always there', () => {
    for (const { data } of examples) {
      for (const [name, { schema }] of fields) {
        if (schema.safeParse(undefined).success) continue
        const { [name]: _gone, ...rest } = data
        expect(() => read({ type, data: rest }), name).toThrow(z.ZodError)
      }
    }
  })
})
