/**
 * The store's port. An adapter exists for memory and for PostgreSQL; the port asks nothing that KurrentDB could not
 * answer: opaque positions, exact expectations, one stream per append, readers from a position.
 */

/** Where an entry stands in the store's order. Opaque: compare and advance only through the store that gave it. */
export type Position = string & { readonly position: unique symbol }

/** Before the first entry. `readAll(START)` begins at the first. */
export const START = '' as Position

/** `no-stream`, or the exact revision of the stream's last entry. There is no "any": a writer knows what it read. */
export type Expected = 'no-stream' | number

/** An entry whose bytes are final: revision = expected + 1 + index is already inside, the position never is. */
export interface NewEntry {
  /** UUID, derived from the command or from the causing entry, so that a repeat is recognised. */
  readonly id: string
  readonly type: string
  /** UUID of the dossier, or null for what belongs to none. Indexed, not interpreted. */
  readonly dossier: string | null
  /**
   * UUIDs of those, within `dossier`, to whose sealed content this entry commits: it is refused when one of them is
   * fenced. Checked at the append, not kept; absent means nobody.
   */
  readonly owners?: readonly string[]
  /** What it commits to and the store's keeper holds (keeper.ts). Judged and kept at the append; absent means nothing. */
  readonly commitments?: readonly Commitment[]
  /** What is hashed, kept and exported: at most `ENTRY_BYTES_MAX`, and never changed once it was given. */
  readonly bytes: Uint8Array
}

/** A digest to which an entry commits, and what it stands for where that is to be kept together with the entry. */
export interface Commitment {
  /** base64url of 32 bytes. */
  readonly digest: string
  /**
   * Known to the keeper only: durable if and only if the entry is. Absent: the keeper must hold it already, in the
   * entry's dossier, or the entry is refused. A store without a keeper refuses what is enclosed, which would be lost, and looks for nothing.
   */
  readonly enclosed?: object
}

export interface StoredEntry extends Omit<NewEntry, 'owners' | 'commitments'> {
  readonly position: Position
  readonly stream: string
  /** From 0, without gaps within the stream. */
  readonly revision: number
}

/** Whose content within a dossier: both are lower-case UUIDs. */
export interface FencedOwner {
  readonly dossier: string
  readonly owner: string
}

export type AppendResult =
  /**
   * Durable on return. `position` and `revision` are those of the last entry; `previous` is the position of whatever stands
   * right before the first, `START` where nothing does.
   */
  | {
      readonly kind: 'appended'
      readonly position: Position
      readonly revision: number
      readonly previous: Position
    }
  /** The very same ids stand in this stream already, whoever wrote them. Nothing was added. */
  | { readonly kind: 'already-done'; readonly position: Position; readonly revision: number }
  /** Somebody else was first. `actual` is the stream's last revision, `no-stream` where it has none. */
  | { readonly kind: 'conflict'; readonly actual: Expected }

export const ENTRY_BYTES_MAX = 65_535
export const OWNERS_MAX = 64
/** The one category that may be appended to while a ledger is halted: what explains the halt and ends it. */
export const EVIDENCE_CATEGORY = 'evidence'
/** Streams are `<category>-<id>`; the category is what a role may be limited to. */
export const STREAM_NAME = /^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$/

export interface EventStore {
  /**
   * Appends 1 or more entries to one stream, all or none, and resolves when they are durable. The caller retries after
   * a conflict (reads again, decides again) and, with the same ids and bytes, after `unavailable` or `outcome-unknown`.
   * @throws StoreError queue-full (retry later), unavailable, outcome-unknown (repeat with the same ids), invalid-entry,
   * id-reused (the same id with another type or stream), forbidden-category, clock-behind, clock-ahead, erased (an entry
   * names a fenced owner, or encloses what is theirs), halted (retry after `resume`). A repeat of what stands already is `already-done` also behind
   * a fence and during a halt.
   */
  append(stream: string, expected: Expected, entries: readonly NewEntry[]): Promise<AppendResult>
  /** The whole stream in revision order; an unknown stream is an empty list. */
  readStream(stream: string, fromRevision?: number): Promise<readonly StoredEntry[]>
  /** Up to `limit` entries after `from`, in commit order, never past a hole. */
  readAll(from: Position, limit: number): Promise<readonly StoredEntry[]>
  /** The position of the last durable entry, `START` when there is none. */
  head(): Promise<Position>
  /** Orders two positions of this store: negative, 0 or positive. */
  compare(left: Position, right: Position): number
  /**
   * Calls `wake` some time after entries have become readable, perhaps more often than needed and perhaps not at all
   * (a wake-up is only a hint: always poll as well). Returns the unsubscribe function.
   */
  onAppended(wake: () => void): () => void
  /**
   * From now on no entry that names this owner is appended, for ever. Durable on return, and in one order with the
   * appends: what names the owner stands at or before the position given back, and nothing after it does. A repeat gives
   * the position of the first time. The caller retries after `unavailable`.
   * @throws StoreError unavailable, invalid-entry, forbidden-category (this role may raise no fence).
   */
  raiseFence(owner: FencedOwner): Promise<Position>
  /**
   * Refuses every append from now on with `halted`, except to the category `evidence`. Durable on return. `reason` is
   * 1 to 500 printable characters that name no person; when the ledger is halted already the first reason stands.
   * @throws StoreError unavailable, invalid-entry, forbidden-category (this role may not halt).
   */
  halt(reason: string): Promise<void>
  /** Ends the halt; nothing happens where there is none. @throws StoreError as `halt`. */
  resume(): Promise<void>
  /** The reason of the halt, undefined when the ledger is not halted. */
  halted(): Promise<string | undefined>
  close(): Promise<void>
}

export type StoreErrorCode =
  | 'queue-full'
  | 'unavailable'
  | 'outcome-unknown'
  | 'invalid-entry'
  | 'id-reused'
  | 'forbidden-category'
  | 'clock-behind'
  | 'clock-ahead'
  | 'erased'
  | 'halted'
  | 'closed'

/** The store could not do it. `code` says whether a repeat with the same ids makes sense. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
