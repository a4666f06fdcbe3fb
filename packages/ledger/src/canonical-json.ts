/** RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, numbers as ECMAScript prints them. */

/**
 * The canonical text of a JSON value. Members that are `undefined` are left out.
 * @throws TypeError on what RFC 8785 has no form for: a lone surrogate, NaN, infinity, a bigint, a function, an absent
 * item of an array, and any object that is neither plain nor an array (a Date, a Map).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') return canonicalNumber(value)
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
  if (typeof value === 'object') return canonicalObject(value as Readonly<Record<string, unknown>>)
  throw new TypeError(`no canonical form for a ${typeof value}`)
}

/** Printable ASCII without the quote and the backslash: what needs no escape, and nearly all there is. */
const PLAIN = /^[ !#-[\]-~]*$/

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('no canonical form for a lone surrogate')
  return JSON.stringify(text)
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`no canonical form for ${value}`)
  return JSON.stringify(value)
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  assertPlain(value)
  let text = ''
  for (const key of sortedKeys(value)) {
    const member = value[key]
    if (member === undefined) continue
    if (text !== '') text += ','
    text += `${canonicalString(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** In the order of RFC 8785 §3.2.3, which is how JavaScript compares strings: by UTF-16 code units. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value)
  const sorted = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)
  return sorted ? keys : keys.sort()
}

function assertPlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return
  throw new TypeError('no canonical form for an object that is not plain')
}
