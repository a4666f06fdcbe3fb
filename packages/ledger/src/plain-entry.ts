/**
 * Recognises the form that nearly every entry has, twice as fast as parsing it and without making an object of it: canonical
 * member order, no escapes, ASCII, facts nested three levels deep at most, UUIDs for its id and in the name of its stream.
 * Whoever reads a whole ledger asks this first and parses the rest.
 */

/** Where in the bytes of an entry, for which `decodeEntry` would answer too, these stand. */
export interface PlainEntry {
  /** The UUID of its id, in lower case. */
  idAt: number
  revision: number
  /** The category of its stream: up to the dash. */
  categoryAt: number
  /** The UUID of its stream: behind that dash. */
  streamUuidAt: number
}

/**
 * @param ledger origin that the entries name; an entry of another ledger is not recognised.
 * @returns nothing where the entry has another form, which says nothing about the entry. The object is used again with each
 * call.
 */
export function plainEntryReader(ledger: string): (bytes: Buffer) => PlainEntry | undefined {
  const middle = sticky(
    `${UUID}","ledger":"${ledger.replaceAll(/[^0-9A-Za-z]/g, '\\$&')}","n":${TEXT},"occurredAt":${TEXT},"policy":${TEXT},"power":${POWER},"recordedAt":${TEXT},"revision":`,
  )
  const found = { idAt: 0, revision: 0, categoryAt: 0, streamUuidAt: 0 }
  return (bytes) => {
    const text = bytes.toString('latin1')
    START.lastIndex = 0
    if (!START.test(text) || mayNameTwice(text, START.lastIndex)) return undefined
    middle.lastIndex = START.lastIndex
    if (!middle.test(text)) return undefined
    END.lastIndex = middle.lastIndex
    if (!END.test(text)) return undefined
    found.idAt = START.lastIndex
    found.revision = numberAt(bytes, middle.lastIndex)
    const versionAt = endOfDigits(bytes, middle.lastIndex) + SCHEMA_VERSION.length
    found.categoryAt = endOfDigits(bytes, versionAt) + STREAM.length
    found.streamUuidAt = endOfLetters(bytes, found.categoryAt) + 1
    return found.streamUuidAt - found.categoryAt <= CATEGORY_MAX + 1 ? found : undefined
  }
}

/**
 * Whether two members between the actor and the id may have one name: told by length and three characters, because comparing
 * the names costs more, and whoever is taken for a pair is only read more slowly.
 */
function mayNameTwice(text: string, end: number): boolean {
  let known = 0
  for (let at = text.indexOf('"c":{'); ; at += 2) {
    at = text.indexOf('":', at)
    if (at === -1 || at >= end) return false
    const from = text.lastIndexOf('"', at - 1) + 1
    const length = at - from
    const middle = text.charCodeAt(from + (length >> 1))
    const mark =
      (length << 21) ^ (text.charCodeAt(from) << 14) ^ (middle << 7) ^ text.charCodeAt(at - 1)
    for (let one = 0; one < known; one += 1) if (marks[one] === mark) return true
    if (known === marks.length) return true
    marks[known] = mark
    known += 1
  }
}

const marks = new Int32Array(64)

function numberAt(bytes: Buffer, from: number): number {
  let value = 0
  for (let at = from; isDigit(bytes[at]); at += 1) value = value * 10 + (bytes[at] ?? 0) - ZERO
  return value
}

function endOfDigits(bytes: Buffer, from: number): number {
  let at = from
  while (isDigit(bytes[at])) at += 1
  return at
}

function endOfLetters(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] !== DASH) at += 1
  return at
}

const ZERO = 0x30
const DASH = 0x2d
const isDigit = (byte = 0): boolean => byte >= ZERO && byte <= 0x39

const sticky = (pattern: string): RegExp => new RegExp(pattern, 'y')

const CATEGORY_MAX = 40
const TEXT = '"[ !#-\\[\\]-~]*"'
const TEXT_OR_NULL = `(?:null|${TEXT})`
/** Fifteen digits are always a safe integer. */
const WHOLE = '(?:0|[1-9]\\d{0,14})'
const SCALAR = `(?:${TEXT}|-?${WHOLE}(?:\\.\\d+)?|true|false|null)`
const listOf = (item: string): string => `\\[(?:${item}(?:,${item})*)?\\]`
const objectOf = (member: string): string => `\\{(?:${TEXT}:${member}(?:,${TEXT}:${member})*)?\\}`
const orNested = (item: string): string => `(?:${SCALAR}|${objectOf(item)}|${listOf(item)})`

const ACTOR = `\\{"desk":${TEXT_OR_NULL},"pseudonym":${TEXT},"role":${TEXT}\\}`
const POWER = `\\{"code":${TEXT},"version":${TEXT}\\}`
/** Written out: counting costs more. */
const UUID = [8, 4, 4, 4, 12].map((digits) => '[0-9a-f]'.repeat(digits)).join('-')

const SCHEMA_VERSION = ',"schemaVersion":'
const STREAM = ',"stream":"'

/**
 * The members in the order that RFC 8785 gives them, in three parts: up to the id, up to the revision, and the rest. Each
 * alternative is known by its first character, so a text that fits nowhere is left after one pass.
 */
const START = sticky(
  `\\{"actor":${ACTOR},"c":${objectOf(TEXT)},"causation":${TEXT_OR_NULL},"correlation":${TEXT_OR_NULL},"data":${objectOf(orNested(orNested(SCALAR)))},"dossier":${TEXT_OR_NULL},"id":"`,
)
const END = sticky(
  `${WHOLE}${SCHEMA_VERSION}${WHOLE}${STREAM}[a-z]+-${UUID}","trace":${TEXT_OR_NULL},"type":${TEXT},"v":1\\}$`,
)
