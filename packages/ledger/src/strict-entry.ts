/**
 * An entry as a stranger's verifier must read it: in its one canonical spelling (RFC 8785). Whatever two readers of JSON could
 * understand in two ways is no entry: JSON itself leaves open which of two members with one name counts, what half a surrogate
 * pair is, what 1.0 is, and how deep is too deep.
 */
import { canonicalJson } from './canonical-json.ts'
import { decodeEntry, type Entry } from './entry.ts'

/** @returns nothing for bytes that are no entry, that nest too deep, or that `encodeEntry` would have spelled otherwise. */
export function strictEntry(bytes: Uint8Array): Entry | undefined {
  const entry = entryIn(bytes)
  if (entry === undefined || isDeeper(entry, DEPTH_MAX)) return undefined
  const hasTexts = Object.values(entry.c).every((digest) => typeof digest === 'string')
  const isOrdered = entry.revision >= 0 && entry.schemaVersion >= 0
  return hasTexts && isOrdered && isCanonical(entry, bytes) ? entry : undefined
}

function entryIn(bytes: Uint8Array): Entry | undefined {
  return withoutTypeError(() => decodeEntry(bytes))
}

/** RFC 8785 has no form for half a surrogate pair, nor for a number beyond all numbers. */
function isCanonical(entry: Entry, bytes: Uint8Array): boolean {
  const text = withoutTypeError(() => canonicalJson(entry))
  return text !== undefined && Buffer.from(text, 'utf8').equals(bytes)
}

function withoutTypeError<Value>(action: () => Value): Value | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Arrays and objects in each other: readers differ in how deep they can follow. */
const DEPTH_MAX = 1_000

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1))
}

/**
 * For JSON that need not be canonical: whether no object has a member twice, and nothing nests too deep.
 * @param text JSON that was parsed before, so that its form is known to be right.
 */
export function isUnambiguous(text: string): boolean {
  /** Names of the members so far of each object that is open; undefined for an array. */
  const levels: (Set<string> | undefined)[] = []
  for (const [token, next] of tokensOf(text)) {
    if (token === '{' || token === '[') {
      levels.push(token === '{' ? new Set() : undefined)
      if (levels.length > DEPTH_MAX) return false
    } else if (token === '}' || token === ']') levels.pop()
    else if (next === ':') {
      // Half a surrogate pair is read as U+FFFD by readers in other languages.
      const name = String(JSON.parse(token)).toWellFormed()
      const names = levels.at(-1)
      if (names?.has(name)) return false
      names?.add(name)
    }
  }
  return true
}

/** Brackets, strings and other scalars, each with the mark that follows it. */
function* tokensOf(text: string): Generator<readonly [token: string, next: string | undefined]> {
  const tokens = /([{}[\]]|"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+)[ \t\n\r]*(:?)/gs
  for (const [, token = '', next] of text.matchAll(tokens)) yield [token, next]
}
