/** RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, numbers as ECMAScript prints them. */

/**
 * The canonical text of a JSON value. Members that are `undefined` are left out.
 * @throws TypeError on what RFC 8785 has no form for: a lone surrogate, NaN, infinity, a bigint, a function, an absent
 * item of an array, and any object that is neither plain nor an array (a Date, a Map).
 */
export const canonicalJson = (value: unknown): string => append('', value)

/** `text` with the value behind it: one text that grows makes less to collect than a text for each member. */
function append(text: string, value: unknown): string {
  if (value === null || typeof value === 'boolean') return text + String(value)
  if (typeof value === 'string') return appendString(text, value)
  if (typeof value === 'number') return text + canonicalNumber(value)
  if (Array.isArray(value)) return appendArray(text, value)
  if (typeof value === 'object')
    return appendObject(text, value as Readonly<Record<string, unknown>>)
  throw new TypeError(`no canonical form for a ${typeof value}`)
}

/** Printable ASCII without the quote and the backslash: what needs no escape, and nearly all there is. */
const PLAIN = /^[ !#-[\]-~]*$/

function appendString(text: string, value: string): string {
  if (PLAIN.test(value)) return `${text}"${value}"`
  if (!value.isWellFormed()) throw new TypeError('no canonical form for a lone surrogate')
  return text + JSON.stringify(value)
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`no canonical form for ${value}`)
  return JSON.stringify(value)
}

function appendArray(text: string, items: readonly unknown[]): string {
  let written = text
  for (let index = 0; index < items.length; index += 1)
    written = append(`${written}${index === 0 ? '[' : ','}`, items[index])
  return `${written}${items.length === 0 ? '[]' : ']'}`
}

function appendObject(text: string, value: Readonly<Record<string, unknown>>): string {
  assertPlain(value)
  let written = `${text}{`
  let isFirst = true
  for (const key of sortedKeys(value)) {
    const member = value[key]
    if (member === undefined) continue
    if (!isFirst) written += ','
    isFirst = false
    written = append(`${appendString(written, key)}:`, member)
  }
  return `${written}}`
}

/**
 * In the order of RFC 8785 §3.2.3, which is how JavaScript compares strings: by UTF-16 code units. Nothing is sorted that
 * stands in order already.
 */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value)
  for (let index = 1; index < keys.length; index += 1)
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.sort()
  return keys
}

function assertPlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return
  throw new TypeError('no canonical form for an object that is not plain')
}
