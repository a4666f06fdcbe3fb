/** The one vault, over any storage: seals, logs and opens. */
import assert from 'node:assert/strict'
import type { EventStore } from '@wederhoor/event-store/port'
import { type AccessEvent, accessLog, OPENED_MAX } from './access-log.ts'
import { decrypt, encrypt } from './cipher.ts'
import { directory, NIL } from './directory.ts'
import { digestOf, disclose, readDisclosure } from './disclosure.ts'
import { enclosing } from './enclosed.ts'
import {
  type EventDeclaration,
  type FileContent,
  fieldOf,
  fileContent,
  type Sealed,
} from './fields.ts'
import { chunksOf, keepFile, requireKept } from './file-chunks.ts'
import type { KekRing } from './kek.ts'
import { type DataKey, dataKeys } from './keys.ts'
import { pointer } from './pointer.ts'
import {
  type Disclosing,
  type Opened,
  type OpenRequest,
  type SealedContent,
  type Vault,
  VaultError,
} from './port.ts'
import type { FoundSealed, Owner, SealedRow, VaultStorage } from './storage.ts'

export interface VaultParts {
  readonly kek: KekRing
  /** The access log: a second instance of the event store under its own name. The caller closes it. */
  readonly accessStore: EventStore
  /** Origin of the access log: another than the case history's. */
  readonly ledgerOrigin: string
  /** Version of the policy that holds the purposes of opening. */
  readonly policy: string
  /** How long a data key may stay in clear; at most a minute. */
  readonly keyCacheMs?: number
  /**
   * What is sealed is kept by the append of the entry that commits to it: the store of the case history was opened with
   * the keeper of this vault's storage. Left out, `seal` keeps it itself, before it returns.
   */
  readonly isKeptWithEntries?: boolean
}

/** Contracts: `Vault` in port.ts. */
export function vaultOver(storage: VaultStorage, parts: VaultParts): Vault {
  const { kek, keyCacheMs, isKeptWithEntries = false } = parts
  const keys = dataKeys({ storage, kek, ...(keyCacheMs !== undefined && { liveMs: keyCacheMs }) })
  const people = directory({ storage, keys })
  const log = accessLog({ ...parts, store: parts.accessStore })

  async function record(
    happened: AccessEvent,
    request: Omit<OpenRequest, 'sealed'>,
  ): Promise<void> {
    const pseudonym = await people.pseudonym(request.dossier, request.actor.person)
    await log.record(happened, request, pseudonym)
  }

  /** The log stands before anything is decrypted. */
  async function unsealed(request: OpenRequest): Promise<readonly Unsealed[]> {
    if (request.sealed.length === 0) return []
    const asked = await rowsFor(storage, request)
    for (let from = 0; from < asked.length; from += OPENED_MAX)
      await record(openingOf(asked.slice(from, from + OPENED_MAX), request), request)
    const found = await Promise.all(asked.map((row) => keys.forOpening(row)))
    // Fences are read last, with the rows, and nothing is awaited after them: whoever was erased while the log or the key
    // store took its time does not open, also where the key was cached.
    const rows = await rowsFor(storage, request)
    return rows.map((row, index) => unseal(row, found[index] ?? 'lost'))
  }

  async function sealingKey(owner: Owner): Promise<DataKey> {
    const key = await keys.forSealing(owner)
    if (key === 'erased') throw erased(owner)
    return key
  }

  return {
    async seal(declaration, owner, content) {
      assertOwner(owner)
      const entries = Object.entries(content).filter(([, value]) => value !== undefined)
      for (const [name, value] of entries) assertFits(declaration, name, value)
      const key = await sealingKey(owner)
      const rows = entries.map(([name, value]) => rowOf(owner, key, pointer(name), value))
      if (!isKeptWithEntries && rows.length > 0 && (await storage.keepSealed(rows)) === 'erased')
        throw erased(owner)
      const made = isKeptWithEntries ? enclosing : standing
      const sealed = rows.map((row, index) => [entries[index]?.[0], made(row)])
      return Object.fromEntries(sealed) as SealedContent<typeof declaration, typeof content>
    },

    async sealFile(declaration, owner, { field, source, mediaType, name }) {
      assertOwner(owner)
      const key = await sealingKey(owner)
      const { id, chunks, size, sha256 } = await keepFile(storage, { owner, key, source })
      const content = { sha256, size, mediaType, file: id, name }
      assertFits(declaration, field, content)
      const row = rowOf(owner, key, pointer(field), content)
      requireKept(await storage.keepSealed([row]), owner)
      requireKept(await storage.endFile(id, row.digest, chunks), owner)
      return { sealed: row.digest } as Sealed<FileContent>
    },

    async openFile({ sealed, ...request }) {
      const [one] = await unsealed({ ...request, sealed: [sealed] })
      if (one?.kind !== 'opened') return { kind: one?.kind ?? 'lost' }
      const content = fileContent.parse(one.value)
      const file = await storage.findFile(content.file, one.row.digest)
      const key = await keys.forOpening(one.row)
      if (file === 'erased' || key === 'erased') return { kind: 'erased' }
      if (file === undefined || key === 'lost') return { kind: 'lost' }
      return { kind: 'opened', content, bytes: chunksOf(storage, { file, key, content }) }
    },

    async open(request) {
      return (await unsealed(request)).map(
        (one): Opened =>
          one.kind === 'opened'
            ? { kind: one.kind, path: one.row.path, value: one.value }
            : { kind: one.kind, path: one.row.path },
      )
    },

    async disclose(request) {
      return (await unsealed(request)).map((one): Disclosing => {
        const { path, digest, party } = one.row
        const placed = { path, digest, owner: party }
        return one.kind === 'opened'
          ? { kind: one.kind, ...placed, text: one.text }
          : { kind: one.kind, ...placed }
      })
    },

    async ownersOf(dossier, digests) {
      const owners = new Map<string, string>()
      const asked = [...new Set(digests)]
      for (let from = 0; from < asked.length; from += OWNERS_PAGE) {
        const found = await storage.findOwners(dossier, asked.slice(from, from + OWNERS_PAGE))
        for (const row of found) owners.set(row.digest, row.party)
      }
      return owners
    },

    async denied(request) {
      const { purpose, screen, reason } = request
      await record({ type: 'AccessDenied', purpose, screen, reason } as AccessEvent, request)
    },

    pseudonym: people.pseudonym,

    evict: keys.evict,

    async close() {
      keys.forget()
      people.forget()
    },
  }
}

const standing = (row: SealedRow) => ({ sealed: row.digest })

const OWNERS_PAGE = 1_000

function unseal(row: FoundSealed, key: DataKey | 'erased' | 'lost'): Unsealed {
  if (row.erased) return { kind: 'erased', row }
  if (key === 'erased' || key === 'lost') return { kind: key, row }
  return { kind: 'opened', row, ...disclosedIn(row, key) }
}

type Unsealed =
  | {
      readonly kind: 'opened'
      readonly row: FoundSealed
      readonly value: unknown
      readonly text: string
    }
  | { readonly kind: 'erased' | 'lost'; readonly row: FoundSealed }

/** In the order of the request. What stands in another dossier is as unknown as what stands nowhere. */
async function rowsFor(
  storage: VaultStorage,
  request: OpenRequest,
): Promise<readonly FoundSealed[]> {
  const digests = request.sealed.map((one: Sealed<unknown>) => one.sealed)
  const found = await storage.findSealed(request.dossier, [...new Set(digests)])
  const byDigest = new Map(found.map((row) => [row.digest, row]))
  return digests.map((digest) => {
    const row = byDigest.get(digest)
    if (row !== undefined) return row
    throw new VaultError(
      'unknown-commitment',
      `dossier ${request.dossier} holds no content for ${digest}`,
    )
  })
}

/** The casts are checked: the codec holds each field to its schema. */
function openingOf(rows: readonly SealedRow[], request: OpenRequest): AccessEvent {
  return {
    type: 'ContentOpened',
    purpose: request.purpose,
    screen: request.screen,
    paths: rows.map((row) => row.path),
    commitments: rows.map((row) => row.digest),
  } as unknown as AccessEvent
}

function rowOf(owner: Owner, key: DataKey, path: string, value: unknown): SealedRow {
  const { text, digest } = disclose(path, value)
  const placed = { dossier: owner.dossier, party: owner.party, path, digest, keyId: key.id }
  return { ...placed, ...encrypt(key.bytes, Buffer.from(text, 'ascii'), contextOf(placed)) }
}

/** GCM does not commit to its key: only the commitment says that this is the text that was sealed. */
function disclosedIn(row: SealedRow, key: DataKey) {
  const text = Buffer.from(decrypt(key.bytes, row, contextOf(row))).toString('ascii')
  const disclosed = digestOf(text) === row.digest ? readDisclosure(text) : undefined
  if (disclosed?.path !== row.path)
    throw new VaultError('tampered', `not what ${row.digest} commits to`)
  return { text, value: disclosed.value }
}

const contextOf = (row: Pick<SealedRow, 'dossier' | 'path' | 'digest' | 'keyId'>): string =>
  [row.dossier, row.path, row.digest, row.keyId].join('|')

function assertFits(declaration: EventDeclaration, name: string, value: unknown): void {
  const declared = declaration.fields[name]
  const field = declared && fieldOf(declared)
  assert(field?.kind === 'sensitive', `${declaration.type}: ${name} is not declared as sensitive`)
  assert(
    field.schema.safeParse(value).success,
    `${declaration.type}: ${name} does not fit its schema`,
  )
}

/** Ids only: nothing that the storage could refuse, and nothing that the separators could confuse. */
function assertOwner({ dossier, party }: Owner): void {
  assert(UUID.test(dossier) && UUID.test(party), 'an owner is named by two lower-case UUIDs')
  assert(dossier !== NIL, 'an owner has a dossier')
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const erased = (owner: Owner): VaultError =>
  new VaultError('erased', `a party of dossier ${owner.dossier} was erased`)
