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

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('no canonical form for a lone surrogate')
  return JSON.stringify(text)
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`no canonical form for ${value}`)
  return JSON.stringify(value)
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  assertPlain(value)
  // The default sort compares UTF-16 code units, which is the order that RFC 8785 §3.2.3 asks for.
  const keys = Object.keys(value).sort()
  const members = keys
    .filter((key) => value[key] !== undefined)
    .map((key) => `${canonicalString(key)}:${canonicalJson(value[key])}`)
  return `{${members.join(',')}}`
}

function assertPlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return
  throw new TypeError('no canonical form for an object that is not plain')
}
