/**
 * One batch as one call of the ledger's `append` function, and of the keeper's where there is something to keep: the
 * parameters they take and what the answer means.
 */
import type { PendingAppend } from './batch-queue.ts'
import { byteaArray, int4Array, textArray, uuidArray } from './binary-array.ts'
import type { MemberCommitment, PostgresKeeper } from './keeper.ts'
import { type AppendResult, type NewEntry, type Position, StoreError } from './port.ts'
import { positionOf } from './validate.ts'

export interface BatchRow {
  readonly base: string
  readonly verdict: readonly number[] | null
  readonly at_position: readonly (string | null)[] | null
  readonly at_revision: readonly number[] | null
}

export interface BatchStatement {
  readonly name: string
  readonly text: string
  readonly values: (Buffer | boolean | string | null)[]
}

/** Named, so that it is parsed and planned once per connection. */
export function batchStatement(
  ledger: { readonly schema: string; readonly keeper?: PostgresKeeper | undefined },
  batch: readonly PendingAppend[],
  options: { readonly at: string | null; readonly careful: boolean },
): BatchStatement {
  const { schema, keeper } = ledger
  const append = appendCall(schema, batch, options)
  const commitments = keeper === undefined ? [] : commitmentsOf(batch)
  return keeper === undefined || commitments.length === 0
    ? append
    : keeping(append, keeper, commitments)
}

function appendCall(
  schema: string,
  batch: readonly PendingAppend[],
  options: { readonly at: string | null; readonly careful: boolean },
): BatchStatement {
  const entries = batch.flatMap((member) => member.entries)
  return {
    name: `${schema}.append`,
    text: `select answer.* from ${schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as answer`,
    values: [
      options.at,
      options.careful,
      int4Array(firstIndexes(batch)),
      followedMembers(batch),
      textArray(batch.flatMap((member) => member.entries.map(() => member.stream))),
      int4Array(batch.flatMap((member) => revisionsOf(member))),
      uuidArray(entries.map((entry) => entry.id)),
      textArray(entries.map((entry) => entry.type)),
      uuidArray(entries.map((entry) => entry.dossier)),
      byteaArray(entries.map((entry) => entry.bytes)),
      ...namedOwners(entries),
    ],
  }
}

/** The same call, and after it, in the same statement, that of the keeper. */
function keeping(
  append: BatchStatement,
  keeper: PostgresKeeper,
  commitments: readonly MemberCommitment[],
): BatchStatement {
  const values = keeper.values(commitments)
  const given = values.map((_, index) => `$${append.values.length + index + 1}`).join(', ')
  return {
    name: `${append.name} and keep`,
    text: `${append.text}, ${keeper.keep}(answer.verdict, $2, ${given})`,
    values: [...append.values, ...values],
  }
}

/** Each once per append: two of its entries may name the same content. */
function commitmentsOf(batch: readonly PendingAppend[]): readonly MemberCommitment[] {
  const found: MemberCommitment[] = []
  for (const [index, { entries }] of batch.entries()) {
    const ofMember: MemberCommitment[] = []
    for (const { dossier, commitments = [] } of entries)
      for (const commitment of commitments)
        if (!ofMember.some(({ digest }) => digest === commitment.digest))
          ofMember.push({ ...commitment, dossier, member: index + 1 })
    found.push(...ofMember)
  }
  return found
}

/** Index of the entry and owner that it names, as parallel arrays; null when nobody is named. SQL counts from 1. */
function namedOwners(entries: readonly NewEntry[]): [Buffer | null, Buffer | null] {
  const namedBy: number[] = []
  const owners: string[] = []
  for (const [index, entry] of entries.entries()) {
    for (const owner of entry.owners ?? []) {
      namedBy.push(index + 1)
      owners.push(owner)
    }
  }
  return owners.length === 0 ? [null, null] : [int4Array(namedBy), uuidArray(owners)]
}

function revisionsOf(member: PendingAppend): readonly number[] {
  const first = firstRevision(member)
  return member.entries.map((_, index) => first + index)
}

const firstRevision = ({ expected }: PendingAppend) => (expected === 'no-stream' ? 0 : expected + 1)

/** SQL counts from 1. */
function firstIndexes(batch: readonly PendingAppend[]): readonly number[] {
  let next = 1
  return batch.map((member) => {
    const first = next
    next += member.entries.length
    return first
  })
}

function followedMembers(batch: readonly PendingAppend[]): Buffer | null {
  const latest = new Map<string, number>()
  const follows = batch.map((member, index) => {
    const earlier = latest.get(member.stream) ?? 0
    latest.set(member.stream, index + 1)
    return earlier
  })
  return latest.size === batch.length ? null : int4Array(follows)
}

/** Tells every member of a committed batch what became of it. */
export function settleBatch(batch: readonly PendingAppend[], row: BatchRow): void {
  let position = BigInt(row.base)
  for (const [index, member] of batch.entries()) {
    if (row.verdict === null) {
      const previous = positionOf(position)
      position += BigInt(member.entries.length)
      const revision = firstRevision(member) + member.entries.length - 1
      member.resolve({ kind: 'appended', position: positionOf(position), revision, previous })
      continue
    }
    const result = judged(row, index, member.entries.length)
    if (result instanceof StoreError) member.reject(result)
    else member.resolve(result)
  }
}

function judged(row: BatchRow, index: number, count: number): AppendResult | StoreError {
  const position = (row.at_position?.[index] ?? '') as Position
  const revision = row.at_revision?.[index] ?? -1
  switch (row.verdict?.[index]) {
    case 0:
      return {
        kind: 'appended',
        position,
        revision,
        previous: positionOf(BigInt(position) - BigInt(count)),
      }
    case 1:
      return { kind: 'already-done', position, revision }
    case 2:
      return { kind: 'conflict', actual: revision === -1 ? 'no-stream' : revision }
    case 4:
      return new StoreError('erased', 'an owner named by this append is fenced')
    case 5:
      return new StoreError('halted', 'the ledger is halted')
    default:
      return new StoreError('id-reused', 'an id of this append exists as another entry')
  }
}
