/** The vault: sealed personal content, one data key per (dossier, party), every opening logged before it happens. */
import type { Actor } from '@wederhoor/identity/actor'
import type { z } from 'zod'
import type {
  EventDeclaration,
  FileContent,
  MaybeField,
  Sealed,
  SensitiveField,
  Uuid,
} from './fields.ts'
import type { ByteSource } from './file-chunks.ts'

export type Pseudonym = Uuid<'Pseudonym'>

/** Names of the sensitive fields of a declaration, and what each holds. */
export type SensitiveContent<Declaration> =
  Declaration extends EventDeclaration<string, infer Fields>
    ? {
        [Key in keyof Fields as Fields[Key] extends SensitiveField | MaybeField<SensitiveField>
          ? Key
          : never]: Fields[Key] extends SensitiveField<infer Schema>
          ? z.output<Schema>
          : Fields[Key] extends MaybeField<SensitiveField<infer Schema>>
            ? z.output<Schema>
            : never
      }
    : never

/** Some of it; what is `undefined` is absent. */
export type PartOf<Shape> = { readonly [Key in keyof Shape]?: Shape[Key] | undefined }

/** The commitments of what was sealed, under the same names; what was absent stays absent. */
export type SealedContent<Declaration, Content> = {
  [Key in keyof Content]: Key extends keyof SensitiveContent<Declaration>
    ? undefined extends Content[Key]
      ? Sealed<SensitiveContent<Declaration>[Key]> | undefined
      : Sealed<SensitiveContent<Declaration>[Key]>
    : never
}

export interface OpenRequest {
  readonly dossier: string
  /** JSON pointers are not needed: the commitments name what is opened. */
  readonly sealed: readonly Sealed<unknown>[]
  readonly actor: Actor
  /** Why, derived from assignment and screen: a code of the list `doel`. */
  readonly purpose: string
  /** The screen or route: one opening is one log entry that names all its paths. */
  readonly screen: string
  readonly at: string
  readonly trace: string | null
}

export type Opened =
  | { readonly kind: 'opened'; readonly path: string; readonly value: unknown }
  | { readonly kind: 'erased'; readonly path: string }
  /** The key or the row is gone and no erasure explains it: an incident, whose harm ends with this party. */
  | { readonly kind: 'lost'; readonly path: string }

/** What a bundle hands over: enough to check a commitment, and nothing to open it with where it was erased. */
export type Disclosing =
  | {
      readonly kind: 'opened'
      readonly path: string
      readonly digest: string
      /** Id of the party under whose key it stood. */
      readonly owner: string
      /** The disclosure, verbatim: ASCII, base64url of JSON [salt, path, value]; `digest` is its hash. */
      readonly text: string
    }
  | {
      readonly kind: 'erased' | 'lost'
      readonly path: string
      readonly digest: string
      readonly owner: string
    }

export type OpenedFile =
  | {
      readonly kind: 'opened'
      readonly content: FileContent
      /**
       * In order, once. Throws VaultError halfway where a chunk does not open (tampered) or the owner is erased in the
       * meantime; the last chunk comes only when the whole is what was committed to.
       */
      readonly bytes: AsyncIterable<Uint8Array>
    }
  | { readonly kind: 'erased' | 'lost' }

export interface Vault {
  /**
   * Seals the content of one event, each field under the key of `party`. Where a vault is kept with its entries, the
   * commitments carry what was sealed to the append, and it becomes durable with the entry or not at all: give the very
   * objects to the event, a copy carries nothing and its append is refused. Other vaults keep it before this returns; what
   * no entry then names is an orphan and is swept.
   * @throws VaultError erased (the party's fence is up), unavailable.
   */
  seal<Declaration extends EventDeclaration, Content extends PartOf<SensitiveContent<Declaration>>>(
    declaration: Declaration,
    owner: { readonly dossier: string; readonly party: string },
    content: Content,
  ): Promise<SealedContent<Declaration, Content>>
  /**
   * Opens content: first writes one durable entry in the access log (one more for each 500 beyond the first 500), then
   * decrypts and checks each commitment.
   * The answers stand in the order of `request.sealed`.
   * @throws VaultError unknown-commitment, unavailable, not-logged (the access log could not be written: nothing opens).
   */
  open(request: OpenRequest): Promise<readonly Opened[]>
  /**
   * As `open`, and logged in the same way, but gives the disclosures themselves: what is put into a bundle so that others
   * can check the commitments.
   * @throws VaultError as `open`.
   */
  disclose(request: OpenRequest): Promise<readonly Disclosing[]>
  /**
   * Ids of the parties under whose keys these commitments of a dossier stand, by commitment; erased ones too, and nothing
   * for a commitment that this dossier has not. Opens nothing, so it is not logged. @throws VaultError unavailable.
   */
  ownersOf(dossier: string, digests: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * Seals a file for the sensitive field `field`, whose schema is `fileContent`: its bytes in chunks, outside the ledger,
   * durable before it returns; what the entry holds is a commitment to hash, size, media type and name. Holds a few
   * chunks in memory. The bytes are kept as they come: metadata in them is for the caller to remove.
   * @throws VaultError too-large, erased, unavailable.
   */
  sealFile(
    declaration: EventDeclaration,
    owner: { readonly dossier: string; readonly party: string },
    file: {
      readonly field: string
      readonly source: ByteSource
      readonly mediaType: string
      readonly name: string
    },
  ): Promise<Sealed<FileContent>>
  /**
   * Opens a file: one durable entry in the access log first, as `open`. Nothing of the bytes is read before `bytes` is.
   * @throws VaultError as `open`; tampered.
   */
  openFile(
    request: Omit<OpenRequest, 'sealed'> & { readonly sealed: Sealed<unknown> },
  ): Promise<OpenedFile>
  /** Records that somebody was refused access, durably, in the same access log. */
  denied(request: Omit<OpenRequest, 'sealed'> & { readonly reason: string }): Promise<void>
  /** The pseudonym of a human within one scope (a dossier, or a stream that has none): the same human, the same pseudonym. */
  pseudonym(scope: string, person: string): Promise<Pseudonym>
  /**
   * Forgets what is kept in clear of an owner's keys. Other processes forget within a minute; none of them opens
   * anything in the meantime, for the fence is read with each row.
   */
  evict(owner: { readonly dossier: string; readonly party: string }): void
  close(): Promise<void>
}

export type VaultErrorCode =
  | 'erased'
  | 'too-large'
  | 'unknown-commitment'
  | 'unavailable'
  | 'not-logged'
  | 'tampered'
  | 'key-missing'

export class VaultError extends Error {
  readonly code: VaultErrorCode
  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'VaultError'
    this.code = code
  }
}
