/**
 * What must hold from entry to entry over a whole ledger: all of one ledger, every stream's revisions 0, 1, 2… without a gap,
 * no id twice. Fed in the order of the ledger; some twenty bytes of memory an entry, or no ledger could be verified that is
 * larger than its verifier.
 */
import { hash } from 'node:crypto'
import { type PlainEntry, plainEntryReader } from './plain-entry.ts'
import { strictEntry } from './strict-entry.ts'
import { UUID_LENGTH, UUID_WORDS, writeUuid } from './uuid-words.ts'
import { wordTable } from './word-table.ts'

export interface SequencedEntry {
  /** Category of its stream: the name up to the first dash. */
  readonly category: string
}

export interface EntrySequence {
  /**
   * Nothing more about the entry than its category where it may come next, for most are of no further interest: decode the
   * others. As a text, why it cannot be the next one; after that nothing more is fed.
   */
  next(bytes: Uint8Array): SequencedEntry | string
}

/** Room for this many is made at once where a ledger says it has them: a claim alone takes no more memory. */
const EXPECTED_MAX = 2 ** 22
/** A guess: with more streams the table grows. */
const ENTRIES_A_STREAM = 8

/**
 * @param ledger origin that every entry must name.
 * @param size number of entries that are expected; only a matter of memory.
 */
export function entrySequence({
  ledger,
  size,
}: {
  readonly ledger: string
  readonly size: number
}): EntrySequence {
  const plainEntries = plainEntryReader(ledger)
  const expected = Math.min(size, EXPECTED_MAX)
  const ids = seenIds(expected)
  const categories = seenCategories()
  const streams = streamCounts(Math.ceil(expected / ENTRIES_A_STREAM))

  function plainNext(bytes: Buffer, plain: PlainEntry): SequencedEntry | string {
    const category = categories.of(bytes, plain.categoryAt, plain.categoryEnd)
    const follows = streams.countUuid(plain.stream, category.number)
    return bad(plain.revision, follows, ids.addUuid(plain.id)) ?? category
  }

  function decodedNext(bytes: Uint8Array): SequencedEntry | string {
    const entry = strictEntry(bytes)
    if (entry === undefined) return 'This is no entry of a ledger.'
    if (entry.ledger !== ledger) return 'The entry is of another ledger.'
    if (!STREAM_NAME.test(entry.stream)) return 'The entry names no stream.'
    plainEntries.learn(entry)
    const stream = Buffer.from(entry.stream, 'latin1')
    const dash = entry.stream.indexOf('-')
    const category = categories.of(stream, 0, dash)
    const isUuid = stream.length === dash + 1 + UUID_LENGTH && writeUuid(stream, dash + 1, scratch)
    const follows = isUuid
      ? streams.countUuid(scratch, category.number)
      : streams.countName(entry.stream)
    return bad(entry.revision, follows, ids.addText(entry.id)) ?? category
  }

  return {
    next(given) {
      const bytes = Buffer.isBuffer(given)
        ? given
        : Buffer.from(given.buffer, given.byteOffset, given.length)
      const plain = plainEntries.read(bytes)
      return plain === undefined ? decodedNext(bytes) : plainNext(bytes, plain)
    },
  }
}

function bad(revision: number, follows: number, isNewId: boolean): string | undefined {
  if (revision !== follows) {
    return `The entry has revision ${revision} of its stream, and ${follows} would follow.`
  }
  return isNewId ? undefined : 'An entry with the same id came before.'
}

/** As the event store has it. */
const STREAM_NAME = /^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$/

interface Category extends SequencedEntry {
  /** From 1. */
  readonly number: number
}

/** The few that a ledger has are compared byte for byte, which makes no text; a ledger with many more finds them by name. */
const COMPARED_MAX = 32

function seenCategories() {
  const compared: { readonly name: Buffer; readonly category: Category }[] = []
  const byName = new Map<string, Category>()
  return {
    /** The category that stands in these bytes. */
    of(bytes: Buffer, from: number, to: number): Category {
      for (const { name, category } of compared) if (stands(name, bytes, from, to)) return category
      const name = bytes.toString('latin1', from, to)
      const category = byName.get(name) ?? { category: name, number: byName.size + 1 }
      if (compared.length < COMPARED_MAX) compared.push({ name: Buffer.from(name), category })
      byName.set(name, category)
      return category
    },
  }
}

function stands(name: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[from + at]) return false
  return true
}

/** How many entries of each stream there were: by category and UUID, or by name where it ends in something else. */
function streamCounts(expected: number) {
  const table = wordTable({ keyWords: UUID_WORDS + 1, withValues: true, expected })
  const byName = new Map<string, number>()
  const key = new Uint32Array(UUID_WORDS + 1)
  return {
    /** The revision that the next entry must have; counts that entry. */
    countUuid(uuid: Uint32Array, category: number): number {
      for (let at = 0; at < UUID_WORDS; at += 1) key[at] = uuid[at] ?? 0
      key[UUID_WORDS] = category
      const { value } = table.visit(key)
      table.put(value + 1)
      return value
    },
    countName(stream: string): number {
      const count = byName.get(stream) ?? 0
      byName.set(stream, count + 1)
      return count
    },
  }
}

/**
 * 96 of the 122 free bits of a UUID: that two of a million ids share them by chance is 10^-17, and then a good ledger would
 * be called bad; never a bad one good.
 */
const ID_WORDS = 3

function seenIds(expected: number) {
  const table = wordTable({ keyWords: ID_WORDS, withValues: false, expected })
  const key = new Uint32Array(ID_WORDS)

  function visit(): boolean {
    if (key[0] === 0 && key[1] === 0 && key[2] === 0) key[0] = 1
    return table.visit(key).isNew
  }

  /** False where the id was there already. */
  function addUuid(uuid: Uint32Array): boolean {
    key[0] = uuid[0] ?? 0
    key[1] = (uuid[1] ?? 0) ^ Math.imul(uuid[3] ?? 0, 0x9e3779b1)
    key[2] = uuid[2] ?? 0
    return visit()
  }

  return {
    addUuid,
    /** Of any form. */
    addText(id: string): boolean {
      const bytes = Buffer.from(id, 'utf8')
      if (bytes.length === UUID_LENGTH && writeUuid(bytes, 0, scratch)) return addUuid(scratch)
      const digest = hash('sha256', bytes, 'buffer')
      for (let at = 0; at < ID_WORDS; at += 1) key[at] = digest.readUInt32LE(at * 4)
      return visit()
    },
  }
}

const scratch = new Uint32Array(UUID_WORDS)
