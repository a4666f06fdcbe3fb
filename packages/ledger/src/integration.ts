/**
 * One step of a ledger's tree: read what was appended, make its tiles durable, move the guard, sign, publish, in this
 * order. It may end anywhere: the next step begins at the published checkpoint and makes the same bytes again.
 */
import assert from 'node:assert/strict'
import { type EventStore, type Position, START } from '@wederhoor/event-store/port'
import { type Checkpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { emptyTree, type GrowingTree, treeAt } from './growing-tree.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { treeRoot } from './proof.ts'
import { SigningRefused } from './refusal.ts'
import { NoteError, type NoteSigner, openNote, signaturesOf, verifierOf } from './signed-note.ts'
import { GuardError, type GuardedTree, isSameTree, type SigningGuard } from './signing-guard.ts'
import { tileHashReader } from './tile-hashes.ts'
import { type Epoch, type TileStorage, TileStorageError } from './tile-storage.ts'
import { leafHash } from './tree.ts'

export interface IntegrationParts {
  /** Read past every cache: a cache knows nothing of a restore. Positions are decimal numbers from 1. */
  readonly store: Pick<EventStore, 'readAll'>
  /** Where pages are read; may be shared with other followers. */
  readonly followed: Pick<EventStore, 'readAll'>
  readonly tiles: TileStorage
  readonly guard: SigningGuard
  /** Who signs a checkpoint of this origin, newest key first; in the overlap of an exchange more than one. */
  readonly signers: (origin: string) => Promise<readonly NoteSigner[]>
  /** The ledger's own origin, which is that of its first epoch. */
  readonly origin: string
}

export type Integration =
  /** `isNew`: this step published it. The checkpoint covers all that was there when the step began. */
  | { readonly kind: 'level'; readonly size: number; readonly isNew: boolean }
  /** There is more in the ledger than one step takes in. */
  | { readonly kind: 'more'; readonly size: number }
  /** Somebody else signed or published meanwhile: nothing of ours was. */
  | { readonly kind: 'fenced' }

const PAGE_ENTRIES = 500
/** What one step takes in at most, so that memory stays bounded and a checkpoint follows within a second. */
const STEP_ENTRIES = 8_192

/** @throws SigningRefused; and, for another attempt, what the store, the tiles, the guard and the signers throw. */
export interface IntegrationSteps {
  step(): Promise<Integration>
  /** Begins at what is durable again: after a failure, and after somebody else wrote. */
  forget(): void
}

export function integrationSteps(parts: IntegrationParts): IntegrationSteps {
  const { tiles, guard } = parts
  let tree: GrowingTree | undefined
  /** What `tree` was loaded from, or published last. */
  let treeNote: string | undefined
  let treeEpoch = 0
  /** What the guard held when the tree's root at that size was last seen to agree. */
  let agreed: GuardedTree | undefined
  const keptVkeys = new Set<string>()

  function forget(): void {
    tree = undefined
    agreed = undefined
  }

  /** From the published checkpoint; from nothing where its tiles do not bear it out, so that the ledger decides. */
  async function treeOf(epoch: Epoch, note: string | undefined, published: Checkpoint | undefined) {
    if (tree !== undefined && treeNote === note && treeEpoch === epoch.number) return tree
    const loaded = await treeAt(tiles, published?.size ?? 0)
    const isBorneOut =
      published === undefined || (loaded !== undefined && isSame(loaded.root(), published.root))
    agreed = undefined
    treeNote = note
    treeEpoch = epoch.number
    return isBorneOut && loaded !== undefined ? loaded : emptyTree()
  }

  /** An entry of another history than the tree's would otherwise go unseen until somebody verifies. */
  async function checkLastLeaf(grown: GrowingTree): Promise<void> {
    const last = grown.lastLeaf()
    if (last === undefined) return
    const [entry] = await parts.store.readAll(positionAt(grown.size() - 1), 1)
    if (entry === undefined)
      throw new SigningRefused(
        'ledger-behind',
        `The ledger has fewer than the ${grown.size()} entries that its tree was made of.`,
      )
    if (!isSame(leafHash(entry.bytes), last))
      throw new SigningRefused(
        'ledger-differs',
        `Position ${entry.position} of the ledger is another entry than the one that its tree was made of.`,
      )
  }

  /** Returns whether the end of the ledger was seen. */
  async function takeIn(grown: GrowingTree): Promise<boolean> {
    const until = grown.size() + STEP_ENTRIES
    while (grown.size() < until) {
      const page = await parts.followed.readAll(positionAt(grown.size()), PAGE_ENTRIES)
      if (page.length === 0) return true
      for (const { position, bytes } of page) {
        assert.equal(position, String(grown.size() + 1), 'a ledger has no holes')
        grown.add(leafHash(bytes))
      }
    }
    return false
  }

  async function writeTiles(grown: GrowingTree): Promise<void> {
    try {
      await tiles.writeTiles(grown.takeTiles())
    } catch (cause) {
      if (!(cause instanceof TileStorageError) || cause.code !== 'tile-differs') throw cause
      throw new SigningRefused(
        'tile-differs',
        'A tile that is kept is not the one that the ledger gives.',
        { cause },
      )
    }
  }

  async function checkGuarded(guarded: GuardedTree, grown: GrowingTree): Promise<void> {
    if (isSameTree(guarded, agreed)) return
    const size = grown.size()
    const root =
      guarded.size === size
        ? grown.root()
        : await treeRoot(tileHashReader(tiles, size), guarded.size)
    if (!isSame(root, guarded.root))
      throw new SigningRefused(
        'other-root',
        `Size ${guarded.size} was signed with another root than the ledger gives now.`,
      )
    agreed = guarded
  }

  async function step(): Promise<Integration> {
    // In this order: what is read later is never older than what is read before.
    const kept = await tiles.readEpoch()
    const epoch = kept ?? { number: 1, origin: parts.origin }
    const note = await tiles.readCheckpoint('integrated')
    const published = note === undefined ? undefined : publishedIn(note, epoch)
    const guarded = await readGuard(guard)
    checkGuardStands(guarded, epoch, published)
    if (kept === undefined) await tiles.keepEpoch(epoch)

    const grown = await treeOf(epoch, note, published)
    tree = grown
    await checkLastLeaf(grown)
    const isAtEnd = await takeIn(grown)
    await writeTiles(grown)
    const size = grown.size()
    if (guarded !== undefined) {
      if (size < guarded.size && isAtEnd)
        throw new SigningRefused(
          'ledger-behind',
          `Size ${guarded.size} was signed and the ledger has ${size} entries.`,
        )
      if (size < guarded.size) return { kind: 'more', size }
      await checkGuarded(guarded, grown)
    }

    const signers = await parts.signers(epoch.origin)
    const done = (isNew: boolean): Integration =>
      isAtEnd ? { kind: 'level', size, isNew } : { kind: 'more', size }
    if (note !== undefined && published?.size === size && isSignedBy(note, signers))
      return done(false)
    for (const { vkey } of [...signers].reverse()) {
      if (!keptVkeys.has(vkey)) await tiles.keepVkey(vkey)
      keptVkeys.add(vkey)
    }
    const next: GuardedTree = {
      epoch: epoch.number,
      origin: epoch.origin,
      size,
      root: grown.root(),
    }
    if ((await guard.compareAndSet(guarded, next)) === 'other') return { kind: 'fenced' }
    const signed = await signCheckpoint(next, signers)
    if ((await tiles.publish('integrated', signed, size)) === 'behind') return { kind: 'fenced' }
    treeNote = signed
    agreed = next
    return done(true)
  }

  return {
    async step() {
      let isWhole = false
      try {
        const done = await step()
        isWhole = done.kind !== 'fenced'
        return done
      } finally {
        if (!isWhole) forget()
      }
    },
    forget,
  }
}

/** The checkpoint in a note of this storage, unverified: the guard and the ledger are what it is held against. */
export function checkpointIn(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

function publishedIn(note: string, epoch: Epoch): Checkpoint {
  try {
    const checkpoint = checkpointIn(note)
    if (checkpoint.origin === epoch.origin) return checkpoint
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
  }
  throw new SigningRefused(
    'checkpoint-differs',
    `What is published is no checkpoint of ${epoch.origin}.`,
  )
}

async function readGuard(guard: SigningGuard): Promise<GuardedTree | undefined> {
  try {
    return await guard.read()
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code !== 'corrupt') throw cause
    throw new SigningRefused('guard-corrupt', cause.message, { cause })
  }
}

function checkGuardStands(
  guarded: GuardedTree | undefined,
  epoch: Epoch,
  published: Checkpoint | undefined,
): void {
  if (guarded === undefined) {
    if (published === undefined && epoch.number === 1) return
    throw new SigningRefused(
      'guard-lost',
      `${epoch.origin} was signed for and the signing guard knows nothing of it.`,
    )
  }
  if (guarded.epoch !== epoch.number || guarded.origin !== epoch.origin)
    throw new SigningRefused(
      'other-epoch',
      `The signing guard stands in epoch ${guarded.epoch} and the tree in epoch ${epoch.number}.`,
    )
  if (published === undefined || published.size < guarded.size) return
  if (published.size === guarded.size && isSame(published.root, guarded.root)) return
  throw new SigningRefused(
    published.size === guarded.size ? 'other-root' : 'guard-behind',
    `Size ${published.size} was published and the signing guard knows of size ${guarded.size}.`,
  )
}

/** By these and nobody else: otherwise a key was exchanged, and the same tree is signed anew. */
function isSignedBy(note: string, signers: readonly NoteSigner[]): boolean {
  try {
    const verifiers = signers.map(({ vkey }) => verifierOf(vkey))
    const { signatures } = openNote(note, verifiers)
    return signatures.length === signers.length && signaturesOf(note).length === signers.length
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}

const positionAt = (size: number): Position => (size === 0 ? START : (String(size) as Position))
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
