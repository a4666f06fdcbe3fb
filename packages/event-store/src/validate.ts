/** What may enter a queue: a batch is one statement, so that one bad value in it would fail its neighbours. */

import {
  ENTRY_BYTES_MAX,
  type Expected,
  type FencedOwner,
  type NewEntry,
  OWNERS_MAX,
  type Position,
  START,
  STREAM_NAME,
  StoreError,
} from './port.ts'

export const APPEND_ENTRIES_MAX = 256
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const TYPE = /^[^\p{Cc}\p{Cs}]{1,200}$/u
const REASON = /^[^\p{Cc}\p{Cs}]{1,500}$/u
const REVISION_MAX = 2_147_483_647
const POSITION = /^[1-9][0-9]{0,18}$/

/** @throws StoreError invalid-entry, naming what is wrong but never the content. */
export function validateAppend(
  stream: string,
  expected: Expected,
  entries: readonly NewEntry[],
): void {
  if (!STREAM_NAME.test(stream)) throw invalid('the stream has no valid name')
  const last = expected === 'no-stream' ? -1 : expected
  if (!Number.isInteger(last) || last < -1 || last + entries.length > REVISION_MAX)
    throw invalid('the expected revision is none')
  if (expected === -1) throw invalid('the expected revision is none')
  if (entries.length === 0) throw invalid('there is nothing to append')
  if (entries.length > APPEND_ENTRIES_MAX)
    throw invalid(`more than ${APPEND_ENTRIES_MAX} entries in one append`)
  for (const entry of entries) validateEntry(entry)
  if (entries.length > 1 && new Set(entries.map((entry) => entry.id)).size < entries.length)
    throw invalid('an id occurs twice in one append')
}

function validateEntry(entry: NewEntry): void {
  if (!UUID.test(entry.id)) throw invalid('an id is not a lower-case UUID')
  if (!TYPE.test(entry.type)) throw invalid(`the type of ${entry.id} is no printable text`)
  if (entry.dossier !== null && !UUID.test(entry.dossier))
    throw invalid(`the dossier of ${entry.id} is not a lower-case UUID`)
  if (entry.owners !== undefined) validateOwners(entry, entry.owners)
  if (!(entry.bytes instanceof Uint8Array)) throw invalid(`${entry.id} has no bytes`)
  if (entry.bytes.length === 0) throw invalid(`${entry.id} is empty`)
  if (entry.bytes.length > ENTRY_BYTES_MAX)
    throw invalid(`${entry.id} has ${entry.bytes.length} bytes; ${ENTRY_BYTES_MAX} is the most`)
}

/** For a store that has nobody to keep it. @throws StoreError invalid-entry. */
export function refuseEnclosed(entries: readonly NewEntry[]): void {
  for (const { id, commitments = [] } of entries)
    if (commitments.some(({ enclosed }) => enclosed !== undefined))
      throw invalid(`${id} encloses what this store has no keeper for`)
}

function validateOwners(entry: NewEntry, owners: readonly string[]): void {
  if (owners.length > OWNERS_MAX) throw invalid(`${entry.id} names more than ${OWNERS_MAX} owners`)
  if (owners.length > 0 && entry.dossier === null)
    throw invalid(`${entry.id} names an owner but no dossier`)
  if (!owners.every((owner) => UUID.test(owner)))
    throw invalid(`an owner named by ${entry.id} is not a lower-case UUID`)
}

/** @throws StoreError invalid-entry. */
export function validateOwner({ dossier, owner }: FencedOwner): void {
  if (!UUID.test(dossier) || !UUID.test(owner))
    throw invalid('an owner is named by two lower-case UUIDs')
}

/** @throws StoreError invalid-entry. */
export function validateReason(reason: string): void {
  if (!REASON.test(reason)) throw invalid('the reason of a halt is 1 to 500 printable characters')
}

const invalid = (message: string) => new StoreError('invalid-entry', message)

/** Orders decimal positions without leading zeros; `START` comes before all. */
export function comparePositions(left: Position, right: Position): number {
  if (left.length !== right.length) return left.length - right.length
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** The decimal number of a position of this package's stores, `0` for `START`. A foreign one is a bug of the caller. */
export function positionNumber(position: Position): string {
  if (position === START) return '0'
  if (!POSITION.test(position)) throw new TypeError('not a position of this store')
  return position
}

/** As the client reads a bigint column: a string, unless somebody in this process has told it otherwise. */
export type Int8 = string | number | bigint

/** The position of that number; `START` for 0. */
export function positionOf(number: Int8): Position {
  const decimal = String(number)
  return decimal === '0' ? START : (decimal as Position)
}
