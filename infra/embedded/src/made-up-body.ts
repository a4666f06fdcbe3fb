/** Bodies that fit a JSON Schema in form, and junk that fits nothing, both repeated exactly by a seed. */
import type { SeededRandom } from '@wederhoor/simulation/seeded-random'
import type { JsonSchema } from './api-routes.ts'

interface Making {
  readonly random: SeededRandom
  /** What stands in a free text of at most so many characters. */
  readonly text: (lengthMax: number) => string
  /** Whether members that may be left out are there. */
  readonly optional: boolean
  /** Codes and ids that are likely to mean something, by the name of the member. */
  readonly known?: Readonly<Record<string, readonly string[]>>
}

/** Codes of the value lists, by the names of the members that hold them. */
export const usualCodes: Readonly<Record<string, readonly string[]>> = {
  channel: ['telefoon', 'post'],
  ground: ['levensgevaar'],
  outcome: ['erkenning-of-excuus', 'geholpen'],
  reason: ['geen-capaciteit', 'verhaal-gedaan'],
  partner: ['slachtofferhulp', 'juridisch-loket'],
  addressee: ['szw'],
  terrein: ['arbeidsmarkt'],
  desk: ['loket-utrecht', 'loket-rotterdam'],
  receiver: ['slachtofferhulp'],
}

/** A value of that form. Patterns of codes and ids get what usually fits. */
export function bodyOf(schema: JsonSchema, making: Making, name = ''): unknown {
  const { random } = making
  const again = (inner: JsonSchema, at = name): unknown => bodyOf(inner, making, at)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return again(random.pick(choices))
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {})
      const wanted = members.filter(([at]) => making.optional || schema.required?.includes(at))
      return Object.fromEntries(wanted.map(([at, inner]) => [at, again(inner, at)]))
    }
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
        again(schema.items ?? { type: 'string' }),
      )
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    default:
      return textOf(schema, making, name)
  }
}

export const isFreeText = (schema: JsonSchema): boolean =>
  schema.type === 'string' &&
  schema.pattern === undefined &&
  schema.format === undefined &&
  schema.enum === undefined

function textOf(schema: JsonSchema, { random, text, known }: Making, name: string): string {
  const likely = (known?.[name] ?? []).filter((one) => new RegExp(schema.pattern ?? '').test(one))
  if (likely.length > 0 && !isFreeText(schema)) return random.pick(likely)
  if (schema.format === 'uuid') return uuidOf(random)
  if (schema.format === 'date') return '2024-03-06'
  if (schema.format === 'date-time') return '2024-03-06T10:00:00.000Z'
  if (isFreeText(schema)) return text(schema.maxLength ?? 1_000)
  const fitting = ['GM0344', 'telefoon', '2024-03', '99001013-000000101302', 'A'.repeat(43)]
  return fitting.find((one) => new RegExp(schema.pattern ?? '').test(one)) ?? 'x'
}

export function uuidOf(random: SeededRandom): string {
  const hex = random.hex128()
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20)].join('-')
}

const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  'é'.repeat(300),
  "'; drop table x; --",
  '__proto__',
  '../../etc/passwd',
  '9'.repeat(400),
  '2024-02-31',
  '2024-02-31T25:61:00Z',
  '-1',
  'null',
  '\u202e\ufeff\u200b',
]

/** Any JSON at all, to a small depth. */
export function junk(random: SeededRandom, depth = 0): unknown {
  const kind = random.below(depth < 3 ? 8 : 6)
  switch (kind) {
    case 0:
      return null
    case 1:
      return random.chance(0.5)
    case 2:
      return random.pick([0, -1, 1.5, 1e308, 2 ** 53, -(2 ** 63), 5e-324])
    case 3:
    case 4:
    case 5:
      return random.pick(oddTexts)
    case 6:
      return Array.from({ length: random.below(4) }, () => junk(random, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, (_, index) => [
          random.pick(['story', 'text', 'reason', 'constructor', `k${index}`]),
          junk(random, depth + 1),
        ]),
      )
  }
}

/** A body that fits, with some of its values turned into junk. */
export function spoilt(fitting: unknown, random: SeededRandom): unknown {
  if (random.chance(0.15)) return junk(random)
  if (Array.isArray(fitting)) return fitting.map((one) => spoilt(one, random))
  if (typeof fitting !== 'object' || fitting === null)
    return typeof fitting === 'string' && random.chance(0.2) ? random.pick(oddTexts) : fitting
  return Object.fromEntries(
    Object.entries(fitting).map(([name, value]) => [name, spoilt(value, random)]),
  )
}
