/** JSON as the formatter of this repository writes it, so that a generated file needs no second pass. */
import type { JsonValue } from './schema.ts'

const WIDTH = 100

export const printJson = (value: JsonValue): string => `${print(value, '', 0)}\n`

/** `used`: columns that stand before the value on its line, and the comma behind it. */
function print(value: JsonValue, indent: string, used: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    const plain = value.every((item) => item === null || typeof item !== 'object')
    if (value.length === 0 || (plain && used + line.length <= WIDTH)) return line
    return block(
      '[',
      value.map((item) => print(item, deeper, deeper.length + 1)),
      indent,
      ']',
    )
  }
  const members = Object.entries(value).map(([name, member]) => {
    const key = `${JSON.stringify(name)}: `
    return key + print(member, deeper, deeper.length + key.length + 1)
  })
  return members.length === 0 ? '{}' : block('{', members, indent, '}')
}

const block = (open: string, lines: readonly string[], indent: string, close: string): string =>
  `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`
