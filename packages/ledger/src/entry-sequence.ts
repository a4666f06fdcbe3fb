/**
 * What must hold from entry to entry over a whole ledger: all of one ledger, every stream's revisions 0, 1, 2… without a gap,
 * no id twice. Fed in the order of the ledger; some twenty bytes of memory an entry, or no ledger could be verified that is
 * larger than its verifier.
 */
import { hash } from 'node:crypto'
import { decodeEntry, type Entry } from './entry.ts'
import { plainEntryReader } from './plain-entry.ts'
import { UUID_LENGTH, UUID_WORDS, writeUuid } from './uuid-words.ts'
import { wordTable } from './word-table.ts'

/** The texts hold on to the whole entry in memory: copy one that is kept. */
export type SequencedEntry = Pick<Entry, 'stream' | 'revision' | 'type'>

export interface EntrySequence {
  /** The entry, or, as a text, why it cannot be the next one. After such a text nothing more is fed. */
  next(bytes: Uint8Array): SequencedEntry | string
}

/** Room for this many is made at once where a ledger says it has them: a claim alone takes no more memory. */
const EXPECTED_MAX = 2 ** 22

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
  const plainEntry = plainEntryReader(ledger)
  const ids = seenIds(Math.min(size, EXPECTED_MAX))
  const streams = streamRevisions()

  function follow(entry: SequencedEntry, expected: number, isNew: () => boolean) {
    if (entry.revision !== expected) {
      return `The entry has revision ${entry.revision} of its stream, and ${expected} would follow.`
    }
    return isNew() ? entry : 'An entry with the same id came before.'
  }

  function decoded(bytes: Uint8Array): SequencedEntry | string {
    const entry = entryIn(bytes)
    if (entry === undefined) return 'This is no entry of a ledger.'
    if (entry.ledger !== ledger) return 'The entry is of another ledger.'
    if (!STREAM_NAME.test(entry.stream)) return 'The entry names no stream.'
    const expected = streams.next(Buffer.from(entry.stream, 'latin1'), 0, entry.stream)
    return follow(entry, expected, () => ids.addText(entry.id))
  }

  return {
    next(given) {
      const bytes = Buffer.from(given.buffer, given.byteOffset, given.length)
      const plain = plainEntry(bytes)
      if (plain === undefined) return decoded(bytes)
      const expected = streams.next(bytes, plain.streamAt, plain.stream)
      return follow(plain, expected, () => ids.add(bytes, plain.idAt))
    },
  }
}

function entryIn(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** As the event store has it. */
const STREAM_NAME = /^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$/

/** How many entries of each stream there were: by the stream's UUID where its name ends in one, or else by its name. */
function streamRevisions() {
  const table = wordTable({ keyWords: UUID_WORDS + 1, withValues: true, expected: 0 })
  const categories = new Map<string, number>()
  const byName = new Map<string, number>()
  const key = new Uint32Array(UUID_WORDS + 1)

  /** From 1: it also keeps a key from being zeros alone. */
  function categoryOf(stream: string): number {
    const name = stream.slice(0, -UUID_LENGTH)
    const known = categories.get(name)
    if (known !== undefined) return known
    categories.set(flat(name), categories.size + 1)
    return categories.size
  }

  return {
    /**
     * The revision that the next entry of this stream must have; counts that entry.
     * @param at where the stream's name stands in the bytes.
     */
    next(bytes: Uint8Array, at: number, stream: string): number {
      if (
        stream.length <= UUID_LENGTH ||
        !writeUuid(bytes, at + stream.length - UUID_LENGTH, key)
      ) {
        const count = byName.get(stream) ?? 0
        byName.set(count === 0 ? flat(stream) : stream, count + 1)
        return count
      }
      key[UUID_WORDS] = categoryOf(stream)
      const { value } = table.visit(key)
      table.put(value + 1)
      return value
    },
  }
}

/** A copy that does not hold on to the text it was cut from. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/**
 * 96 of the 122 free bits of a UUID: that two of a million ids share them by chance is 10^-17, and then a good ledger would
 * be called bad; never a bad one good.
 */
const ID_WORDS = 3

function seenIds(expected: number) {
  const table = wordTable({ keyWords: ID_WORDS, withValues: false, expected })
  const uuid = new Uint32Array(UUID_WORDS)
  const key = new Uint32Array(ID_WORDS)

  function visit(): boolean {
    if (key[0] === 0 && key[1] === 0 && key[2] === 0) key[0] = 1
    return table.visit(key).isNew
  }

  /** False where the id was there already. */
  function add(bytes: Uint8Array, at: number): boolean {
    if (!writeUuid(bytes, at, uuid)) return false
    key[0] = uuid[0] ?? 0
    key[1] = (uuid[1] ?? 0) ^ Math.imul(uuid[3] ?? 0, 0x9e3779b1)
    key[2] = uuid[2] ?? 0
    return visit()
  }

  return {
    add,
    /** Of any form. */
    addText(id: string): boolean {
      const bytes = Buffer.from(id, 'utf8')
      if (bytes.length === UUID_LENGTH && writeUuid(bytes, 0, uuid)) return add(bytes, 0)
      const digest = hash('sha256', bytes, 'buffer')
      for (let at = 0; at < ID_WORDS; at += 1) key[at] = digest.readUInt32LE(at * 4)
      return visit()
    },
  }
}
