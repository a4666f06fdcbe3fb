/** Changes to a bundle that no one thought of: bytes, lines and files, drawn from a fixed seed. */
import type { Files } from '@wederhoor/audit/bundle/forge.fixture'
import fc from 'fast-check'

export interface Mutation {
  readonly what: string
  readonly changed: Files
}

/** A share of a whole, evenly spread: fast-check by itself prefers what is near the ends. */
const part = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((value) => value / 1_000_000)
const draw = fc.record({
  bundle: part,
  file: part,
  other: part,
  at: part,
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.integer({ min: 0, max: 255 }),
  how: part,
})

/** So many of them, the same on each run. */
export function mutations(
  bundles: Readonly<Record<string, Files>>,
  count: number,
): readonly Mutation[] {
  const all = Object.entries(bundles)
  return fc.sample(draw, { seed: 20_261_124, numRuns: count }).flatMap((drawn) => {
    const [kind, files] = pick(all, drawn.bundle)
    const [path, bytes] = pick([...files], drawn.file)
    const [otherPath, otherBytes] = pick([...files], drawn.other)
    const [how, change] = pick(changes, drawn.how)
    const at = Math.floor(drawn.at * bytes.length)
    const { length, byte } = drawn
    const place = { files, path, bytes, otherPath, otherBytes, at, length, byte }
    return [{ what: `${kind}: ${how} ${path} at ${at}`, changed: change(place) }]
  })
}

function pick<Item>(items: readonly Item[], share: number): Item {
  const item = items[Math.floor(share * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

interface Place {
  readonly files: Files
  readonly path: string
  readonly bytes: Uint8Array
  readonly otherPath: string
  readonly otherBytes: Uint8Array
  readonly at: number
  readonly length: number
  readonly byte: number
}

const set = ({ files, path }: Place, bytes: Uint8Array): Files =>
  new Map([...files, [path, bytes] as const])
const before = ({ bytes, at }: Place) => bytes.subarray(0, at)
const after = ({ bytes, at }: Place, length = 0) => bytes.subarray(at + length)
const linesOf = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes).toString('latin1').split('\n')
const joined = (lines: readonly string[]): Uint8Array => Buffer.from(lines.join('\n'), 'latin1')

const changes: readonly (readonly [string, (place: Place) => Files])[] = [
  ['a byte set in', (one) => set(one, concat(before(one), [one.byte], after(one, 1)))],
  ['a byte inserted in', (one) => set(one, concat(before(one), [one.byte], after(one)))],
  ['bytes cut from', (one) => set(one, concat(before(one), [], after(one, one.length)))],
  ['bytes doubled in', (one) => set(one, concat(before(one), slice(one), after(one)))],
  ['the end cut from', (one) => set(one, before(one))],
  ['a line feed put behind', (one) => set(one, concat(one.bytes, [10], []))],
  ['a carriage return put before each line feed of', (one) => set(one, withReturns(one.bytes))],
  ['a line doubled in', (one) => set(one, lineTwice(one))],
  ['two lines exchanged in', (one) => set(one, linesExchanged(one))],
  ['a digit exchanged in', (one) => set(one, digitChanged(one))],
  ['a letter of another case in', (one) => set(one, caseChanged(one))],
  ['nothing left of', (one) => set(one, new Uint8Array())],
  ['no file at', ({ files, path }) => new Map([...files].filter(([name]) => name !== path))],
  [
    'another file in the place of',
    ({ files, path, otherBytes }) => new Map([...files, [path, otherBytes] as const]),
  ],
  [
    'another file exchanged with',
    ({ files, path, bytes, otherPath, otherBytes }) =>
      new Map([...files, [path, otherBytes] as const, [otherPath, bytes] as const]),
  ],
  ['another name for', ({ files, path, bytes }) => renamed(files, path, bytes)],
]

const concat = (one: Uint8Array, two: Uint8Array | readonly number[], three: Uint8Array | []) =>
  Buffer.concat([one, Buffer.from(two), Buffer.from(three)])
const slice = ({ bytes, at, length }: Place) => bytes.subarray(at, at + length)
const withReturns = (bytes: Uint8Array) =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')

function lineTwice({ bytes, at }: Place): Uint8Array {
  const lines = linesOf(bytes)
  const index = at % lines.length
  return joined([...lines.slice(0, index + 1), ...lines.slice(index)])
}

function linesExchanged({ bytes, at }: Place): Uint8Array {
  const lines = [...linesOf(bytes)]
  const index = at % lines.length
  const next = (index + 1) % lines.length
  return joined(
    lines.map((line, row) =>
      row === index ? (lines[next] ?? line) : row === next ? (lines[index] ?? line) : line,
    ),
  )
}

function digitChanged({ bytes, at, byte }: Place): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const index = changed.findIndex((value, place) => place >= at && value >= 0x30 && value <= 0x39)
  if (index >= 0) changed[index] = 0x30 + (byte % 10)
  return changed
}

function caseChanged({ bytes, at }: Place): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const index = changed.findIndex(
    (value, place) => place >= at && /[a-z]/i.test(String.fromCharCode(value)),
  )
  if (index >= 0) changed[index] = (changed[index] ?? 0) ^ 0x20
  return changed
}

function renamed(files: Files, path: string, bytes: Uint8Array): Files {
  const other = path.replace(/\d(?!.*\d)/, (digit) => String((Number(digit) + 1) % 10))
  const rest = [...files].filter(([name]) => name !== path)
  return new Map([...rest, [other === path ? `${path}x` : other, bytes] as const])
}
