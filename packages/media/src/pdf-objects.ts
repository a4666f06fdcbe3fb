/** PDF (ISO 32000-2 §7) as far as needed to find its objects in plain bytes, every revision of them. Changes nothing. */

/** A place in the file; of a string the place between its brackets, of a dictionary with what stands in it. */
export type PdfValue =
  | { readonly kind: 'string' | 'name' | 'other'; readonly start: number; readonly end: number }
  | { readonly kind: 'reference'; readonly number: number; readonly end: number }
  | {
      readonly kind: 'dictionary'
      readonly entries: ReadonlyMap<string, PdfValue>
      readonly end: number
    }

export interface PdfObject {
  /** Undefined: the dictionary after `trailer`. */
  readonly number: number | undefined
  readonly entries: ReadonlyMap<string, PdfValue>
  /** Where the bytes of a stream stand. */
  readonly stream: { readonly start: number; readonly end: number } | undefined
}

/** Nobody nests deeper who has nothing to hide. */
const DEPTH_MAX = 64

export class PdfFormError extends Error {}

/**
 * All objects that are dictionaries or streams, in the order of the file, and the trailers. Objects that are packed into
 * streams are not among them.
 * @param text of the file, each byte one character.
 * @throws PdfFormError where it cannot be told what a byte belongs to.
 */
export function* objectsIn(text: string): Generator<PdfObject> {
  const opening = /(?:(?<!\d)(\d{1,10})[\s\0]{1,20}\d{1,5}[\s\0]{1,20}obj|trailer)[\s\0]*(?=<<)|%/g
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    if (found[0] === '%') {
      opening.lastIndex = endOfLine(text, found.index)
      continue
    }
    const value = valueAt(text, opening.lastIndex, 0)
    if (value.kind !== 'dictionary') throw new PdfFormError('no dictionary')
    const stream = streamAt(text, value)
    yield {
      number: found[1] === undefined ? undefined : Number(found[1]),
      entries: value.entries,
      stream,
    }
    opening.lastIndex = stream?.end ?? value.end
  }
}

function streamAt(text: string, { end, entries }: PdfValue & { kind: 'dictionary' }) {
  const keyword = /[\s\0]*stream(?:\r\n|\n|\r)/y
  keyword.lastIndex = end
  if (keyword.exec(text) === null) return undefined
  const start = keyword.lastIndex
  const length = entries.get('Length')
  const said = length?.kind === 'other' ? Number(text.slice(length.start, length.end)) : Number.NaN
  const closing = /[\s\0]*endstream/y
  closing.lastIndex = start + said
  if (Number.isSafeInteger(said) && closing.test(text)) return { start, end: start + said }
  const endsAt = text.indexOf('endstream', start)
  if (endsAt < 0) throw new PdfFormError('a stream without an end')
  return { start, end: endsAt }
}

const blank = /(?:[\s\0]+|%[^\r\n]*)*/y
const delimiter = /[^\s\0()<>[\]{}/%]*/y

function skip(form: RegExp, text: string, at: number): number {
  form.lastIndex = at
  form.exec(text)
  return form.lastIndex
}

function valueAt(text: string, at: number, depth: number): PdfValue {
  if (depth > DEPTH_MAX) throw new PdfFormError('nested too deep')
  const start = skip(blank, text, at)
  if (text.startsWith('<<', start)) return dictionaryAt(text, start, depth)
  switch (text[start]) {
    case '(':
      return stringAt(text, start)
    case '<': {
      const end = text.indexOf('>', start)
      if (end < 0) throw new PdfFormError('a string without an end')
      return { kind: 'string', start: start + 1, end }
    }
    case '[':
      return arrayAt(text, start, depth)
    case '/':
      return { kind: 'name', start: start + 1, end: skip(delimiter, text, start + 1) }
  }
  const reference = /(\d+)[\s\0]+\d+[\s\0]+R(?![^\s\0()<>[\]{}/%])/y
  reference.lastIndex = start
  const found = reference.exec(text)
  if (found !== null)
    return { kind: 'reference', number: Number(found[1]), end: reference.lastIndex }
  const end = skip(delimiter, text, start)
  if (end === start) throw new PdfFormError('no value')
  return { kind: 'other', start, end }
}

function dictionaryAt(text: string, start: number, depth: number): PdfValue {
  const entries = new Map<string, PdfValue>()
  let at = skip(blank, text, start + 2)
  while (!text.startsWith('>>', at)) {
    const key = valueAt(text, at, depth)
    if (key.kind !== 'name') throw new PdfFormError('a key that is no name')
    const value = valueAt(text, key.end, depth + 1)
    entries.set(unescaped(text.slice(key.start, key.end)), value)
    at = skip(blank, text, endOf(value))
  }
  return { kind: 'dictionary', entries, end: at + 2 }
}

/** What stands in it is stepped over. */
function arrayAt(text: string, start: number, depth: number): PdfValue {
  let at = skip(blank, text, start + 1)
  while (text[at] !== ']') at = skip(blank, text, endOf(valueAt(text, at, depth + 1)))
  return { kind: 'other', start, end: at + 1 }
}

function stringAt(text: string, start: number): PdfValue {
  const special = /[\\()]/g
  special.lastIndex = start + 1
  let open = 1
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '\\') special.lastIndex += 1
    else open += found[0] === '(' ? 1 : -1
    if (open === 0) return { kind: 'string', start: start + 1, end: found.index }
  }
  throw new PdfFormError('a string without an end')
}

/** After the bracket of a string. */
export function endOf(value: PdfValue): number {
  return value.kind === 'string' ? value.end + 1 : value.end
}

/** §7.3.5: any character of a name may be written as # and two digits. */
export const unescaped = (name: string): string =>
  name.replaceAll(/#([0-9A-Fa-f]{2})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )

function endOfLine(text: string, at: number): number {
  const form = /[^\r\n]*/y
  form.lastIndex = at
  form.exec(text)
  return form.lastIndex
}
