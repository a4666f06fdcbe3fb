/** Which files a bundle may hold, and how large each may be: whatever is not listed here is refused by its name. */
import { parseTilePath, type Tile } from '@wederhoor/ledger/tile'
import { BundleError } from './bundle-error.ts'

export type BundlePart =
  | { readonly is: 'readme' | 'policy' | 'schema' | 'disclosures' }
  | { readonly is: 'checkpoint' | 'from-checkpoint' | 'consistency' }
  | { readonly is: 'tile'; readonly tile: Tile }
  | { readonly is: 'entry' | 'proof'; readonly leafIndex: number }
  | { readonly is: 'hearing'; readonly hearing: string }
  | { readonly is: 'served'; readonly digest: string }

export const README = 'README.md'
export const POLICY = 'policy'
export const DISCLOSURES = 'disclosures.jsonl'
export const CHECKPOINT = 'log/checkpoint'
export const FROM_CHECKPOINT = 'log/from.checkpoint'
export const CONSISTENCY = 'log/consistency'
/** Before the path of a tile. */
export const LOG = 'log/'

export const entryPath = (leafIndex: number): string => `entries/${leafIndex}`
export const proofPath = (leafIndex: number): string => `proofs/${leafIndex}.tlog-proof`
export const hearingPath = (hearing: string): string => `hearing/${hearing}/checkpoint`
export const servedPath = (digest: string): string => `served/${digest}`

const named: Readonly<Record<string, BundlePart>> = {
  [README]: { is: 'readme' },
  [POLICY]: { is: 'policy' },
  [DISCLOSURES]: { is: 'disclosures' },
  [CHECKPOINT]: { is: 'checkpoint' },
  [FROM_CHECKPOINT]: { is: 'from-checkpoint' },
  [CONSISTENCY]: { is: 'consistency' },
}

/** Undefined for a file that belongs in no bundle. */
export function partOf(path: string): BundlePart | undefined {
  if (Object.hasOwn(named, path)) return named[path]
  const leaf = LEAF.exec(path)
  if (leaf !== null) return leafPart(leaf[1] ?? leaf[2] ?? '', leaf[1] === undefined)
  if (path.startsWith('log/tile/')) {
    const tile = parseTilePath(path.slice(LOG.length))
    return tile === undefined ? undefined : { is: 'tile', tile }
  }
  const hearing = HEARING.exec(path)?.[1]
  if (hearing !== undefined) return { is: 'hearing', hearing }
  const digest = SERVED.exec(path)?.[1]
  if (digest !== undefined) return { is: 'served', digest }
  return SCHEMA.test(path) ? { is: 'schema' } : undefined
}

function leafPart(digits: string, isProof: boolean): BundlePart | undefined {
  const leafIndex = Number(digits)
  if (!Number.isSafeInteger(leafIndex)) return undefined
  return { is: isProof ? 'proof' : 'entry', leafIndex }
}

const LEAF = /^(?:entries\/(0|[1-9]\d{0,15})|proofs\/(0|[1-9]\d{0,15})\.tlog-proof)$/
const HEARING = /^hearing\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/checkpoint$/
const SERVED = /^served\/([A-Za-z0-9_-]{43})$/
const SCHEMA = /^schemas\/[a-z-]{1,40}\.json$/

export const ENTRY_MAX = 65_535
const KIB = 1_024
const NOTE_MAX = 64 * KIB
export const KEYS_MAX = 16 * KIB * KIB
const CONTENT_MAX = 256 * KIB * KIB

/** Above it a file is refused unread. */
export function bytesMax(part: BundlePart): number {
  switch (part.is) {
    case 'entry':
      return ENTRY_MAX
    case 'tile':
      return part.tile.level === 'entries'
        ? part.tile.width * (ENTRY_MAX + 2)
        : part.tile.width * 32
    case 'proof':
    case 'checkpoint':
    case 'from-checkpoint':
    case 'consistency':
    case 'hearing':
      return NOTE_MAX
    case 'readme':
    case 'schema':
    case 'policy':
      return KEYS_MAX
    case 'disclosures':
    case 'served':
      return CONTENT_MAX
  }
}

/** @throws BundleError unknown-file, too-large. */
export function assertHasPlace(path: string, size: number): void {
  const part = partOf(path)
  if (part === undefined)
    throw new BundleError('unknown-file', `A bundle has no file ${quoted(path)}.`)
  if (size > bytesMax(part))
    throw new BundleError(
      'too-large',
      `${path} has ${size} bytes, and at most ${bytesMax(part)} belong there.`,
    )
}

export const FILES_MAX = 1_000_000
export const PATH_MAX = 100
const PATH = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/

/** @throws BundleError unsafe-path: whatever could lead out of the bundle, or be spelled in two ways. */
export function assertSafePath(path: string): void {
  const safe =
    path.length <= PATH_MAX &&
    PATH.test(path) &&
    !path.split('/').some((segment) => segment === '.' || segment === '..')
  if (!safe)
    throw new BundleError('unsafe-path', `${quoted(path)} is no name that a bundle may hold.`)
}

/** A name out of a stranger's file, safe to print. */
export function quoted(text: string): string {
  const short = text.length > PATH_MAX ? `${text.slice(0, PATH_MAX)}…` : text
  return JSON.stringify(short)
}
