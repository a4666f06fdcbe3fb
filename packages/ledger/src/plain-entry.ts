/**
 * Recognises entries that are spelled like one that was parsed before, twice as fast as parsing them and without making objects
 * of them. Of each entry that was found canonical a form is kept: its facts and commitments, names and order and all, with a
 * gap for each scalar. Whatever fits a form is canonical too, for a gap takes only what RFC 8785 spells in one way: texts
 * of ASCII without an escape, whole numbers, true, false and null. Each alternative of a form is known by its first character,
 * so a text that fits nowhere is left after one pass. Whoever reads a whole ledger asks this first and parses the rest.
 */
import type { Entry } from './entry.ts'
import { UUID_LENGTH, UUID_WORDS, writeUuid } from './uuid-words.ts'

/** Of an entry for which `strictEntry` would answer too. */
export interface PlainEntry {
  /** The UUID of its id, as `writeUuid` has it. */
  readonly id: Uint32Array
  /** The UUID of its stream. */
  readonly stream: Uint32Array
  /** Where the category of its stream stands in the bytes, and where it ends. */
  categoryAt: number
  categoryEnd: number
  revision: number
}

export interface PlainEntryReader {
  /**
   * Nothing where the entry has another form, which says nothing about the entry. The object is used again with each call.
   */
  read(bytes: Buffer): PlainEntry | undefined
  /** @param entry as `strictEntry` found it. */
  learn(entry: Entry): void
}

/** @param ledger origin that the entries name; an entry of another ledger is not recognised. */
export function plainEntryReader(ledger: string): PlainEntryReader {
  const end = sticky(
    `${UUID}","ledger":${literal(ledger)},"n":${TEXT},"occurredAt":${TEXT},"policy":${TEXT},"power":${POWER},"recordedAt":${TEXT},"revision":${WHOLE}${SCHEMA_VERSION}${WHOLE}${STREAM}[a-z]+-${UUID}${TRACE}${TEXT_OR_NULL},"type":${TEXT},"v":1\\}$`,
  )
  /** What stands before the id, by the type of the entry. */
  const starts = new Map<string, Map<string, RegExp>>()
  let forms = 0
  const found = {
    id: new Uint32Array(UUID_WORDS),
    stream: new Uint32Array(UUID_WORDS),
    categoryAt: 0,
    categoryEnd: 0,
    revision: 0,
  }

  /** Where the id begins in a text that fits a form but for its UUIDs; -1 where it fits none. */
  function idAt(text: string, typeAt: number): number {
    for (const start of starts.get(text.slice(typeAt, -BEHIND_TYPE.length))?.values() ?? []) {
      start.lastIndex = 0
      if (!start.test(text)) continue
      end.lastIndex = start.lastIndex
      return end.test(text) ? start.lastIndex : -1
    }
    return -1
  }

  return {
    read(bytes) {
      const text = bytes.toString('latin1')
      const typeAt = text.lastIndexOf(TYPE) + TYPE.length
      const at = idAt(text, typeAt)
      if (at === -1 || !writeUuid(bytes, at, found.id)) return undefined
      const streamAt = textStart(bytes, typeAt - TYPE.length) - TRACE.length - UUID_LENGTH
      if (!writeUuid(bytes, streamAt, found.stream)) return undefined
      found.categoryEnd = streamAt - 1
      found.categoryAt = lettersStart(bytes, found.categoryEnd)
      const versionAt = digitsStart(bytes, found.categoryAt - STREAM.length)
      found.revision = numberBefore(bytes, versionAt - SCHEMA_VERSION.length)
      return found.categoryEnd - found.categoryAt <= CATEGORY_MAX ? found : undefined
    },
    learn(entry) {
      const form = startOf(entry)
      const alike = starts.get(entry.type) ?? new Map<string, RegExp>()
      if (forms === FORMS_MAX || alike.size === FORMS_A_TYPE_MAX) return
      if (form === undefined || form.length > FORM_LENGTH_MAX || alike.has(form)) return
      starts.set(entry.type, alike.set(form, sticky(form)))
      forms += 1
    },
  }
}

/** A ledger that is made to have very many forms costs no more than this. */
const FORMS_MAX = 256
const FORMS_A_TYPE_MAX = 8
const FORM_LENGTH_MAX = 2_048

function startOf({ c, data }: Entry): string | undefined {
  const [commitments, facts] = [formOf(c, TEXT), formOf(data, SCALAR)]
  if (commitments === undefined || facts === undefined) return undefined
  return `\\{"actor":${ACTOR},"c":${commitments},"causation":${TEXT_OR_NULL},"correlation":${TEXT_OR_NULL},"data":${facts},"dossier":${TEXT_OR_NULL},"id":"`
}

/** A pattern for all that is spelled like this value: nothing where that cannot be told by its form. */
function formOf(value: unknown, scalar: string): string | undefined {
  if (typeof value !== 'object' || value === null) return scalar
  if (Array.isArray(value)) return value.some(isNested) ? undefined : LIST
  const members: string[] = []
  for (const name of Object.keys(value).sort()) {
    const form = formOf(Reflect.get(value, name), scalar)
    if (form === undefined || !PLAIN.test(name)) return undefined
    members.push(`${literal(name)}:${form}`)
  }
  return `\\{${members.join(',')}\\}`
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Where the text, or null, begins that ends before `end`. */
function textStart(bytes: Buffer, end: number): number {
  if (bytes[end - 1] !== QUOTE) return end - 'null'.length
  let at = end - 2
  while (bytes[at] !== QUOTE) at -= 1
  return at
}

function lettersStart(bytes: Buffer, end: number): number {
  let at = end
  while (bytes[at - 1] !== QUOTE) at -= 1
  return at
}

function digitsStart(bytes: Buffer, end: number): number {
  let at = end
  while (bytes[at - 1] !== COLON) at -= 1
  return at
}

function numberBefore(bytes: Buffer, end: number): number {
  let value = 0
  for (let at = digitsStart(bytes, end); at < end; at += 1) {
    value = value * 10 + (bytes[at] ?? 0) - ZERO
  }
  return value
}

const QUOTE = 0x22
const COLON = 0x3a
const ZERO = 0x30

const sticky = (pattern: string): RegExp => new RegExp(pattern, 'y')
/** For a text that is `PLAIN`. */
const literal = (text: string): string => `"${text.replaceAll(/[^0-9A-Za-z]/g, '\\$&')}"`

const CATEGORY_MAX = 40
const PLAIN = /^[ !#-[\]-~]*$/
const TEXT = '"[ !#-\\[\\]-~]*"'
const TEXT_OR_NULL = `(?:null|${TEXT})`
/** Fifteen digits are always a safe integer. */
const WHOLE = '(?:0|[1-9]\\d{0,14})'
const SCALAR = `(?:${TEXT}|0|-?[1-9]\\d{0,14}|true|false|null)`
const LIST = `\\[(?:${SCALAR}(?:,${SCALAR})*)?\\]`

const ACTOR = `\\{"desk":${TEXT_OR_NULL},"pseudonym":${TEXT},"role":${TEXT}\\}`
const POWER = `\\{"code":${TEXT},"version":${TEXT}\\}`
/** Anything, for `writeUuid` looks at each digit anyway. Written out: counting costs more. */
const UUID = '[^]'.repeat(UUID_LENGTH)

const SCHEMA_VERSION = ',"schemaVersion":'
const STREAM = ',"stream":"'
const TRACE = '","trace":'
const TYPE = ',"type":"'
const BEHIND_TYPE = '","v":1}'
