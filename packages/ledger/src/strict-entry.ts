/**
 * An entry as a stranger's verifier must read it: whatever two readers of JSON could understand in two ways is no entry. JSON
 * itself leaves open which of two members with one name counts, what half a surrogate pair is, and how deep is too deep.
 */
import { decodeEntry, type Entry } from './entry.ts'

/**
 * @returns nothing for bytes that are no entry, have a member of an object twice, an escaped surrogate (RFC 8785 has no form
 * for one), another spelling of a whole number where the envelope or a seal has one, or nest too deep.
 */
export function strictEntry(bytes: Uint8Array): Entry | undefined {
  const entry = entryIn(bytes)
  if (entry === undefined) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const hasTexts = Object.values(entry.c).every((digest) => typeof digest === 'string')
  const isOrdered = entry.revision >= 0 && entry.schemaVersion >= 0
  if (!hasTexts || !isOrdered || ESCAPED_SURROGATE.test(text)) return undefined
  return isUnambiguous(text, WHOLE_NUMBERS) ? entry : undefined
}

/** JSON pointers. */
const WHOLE_NUMBERS: ReadonlySet<string> = new Set([
  '/v',
  '/revision',
  '/schemaVersion',
  '/data/size',
])
/** Behind an even number of backslashes. */
const ESCAPED_SURROGATE = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/i

function entryIn(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Arrays and objects in each other. */
const DEPTH_MAX = 1_000

interface Level {
  /** Names of the members so far; undefined in an array. */
  readonly names: Set<string> | undefined
  readonly path: string
  member: string
}

/**
 * Whether no object has a member twice, and nothing nests too deep.
 * @param text JSON that was parsed before, so that its form is known to be right.
 * @param whole pointers of numbers that must stand there as plain decimals.
 */
export function isUnambiguous(text: string, whole: ReadonlySet<string> = new Set()): boolean {
  const levels: Level[] = []
  for (const [token, next] of tokensOf(text)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      const path = level === undefined ? '' : `${level.path}/${level.member}`
      levels.push({ names: token === '{' ? new Set() : undefined, path, member: '' })
      if (levels.length > DEPTH_MAX) return false
    } else if (token === '}' || token === ']') levels.pop()
    else if (level?.names !== undefined && next === ':') {
      // Half a surrogate pair is read as U+FFFD by readers in other languages.
      level.member = String(JSON.parse(token)).toWellFormed()
      if (level.names.has(level.member)) return false
      level.names.add(level.member)
    } else if (level !== undefined && whole.has(`${level.path}/${level.member}`)) {
      if (/^-?\d/.test(token) && !/^(?:0|[1-9]\d*)$/.test(token)) return false
    }
  }
  return true
}

/** Brackets, strings and other scalars, each with the mark that follows it. */
function* tokensOf(text: string): Generator<readonly [token: string, next: string | undefined]> {
  const tokens = /([{}[\]]|"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+)[ \t\n\r]*(:?)/gs
  for (const [, token = '', next] of text.matchAll(tokens)) yield [token, next]
}
