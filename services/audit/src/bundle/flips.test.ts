/**
 * Every single-bit flip of a bundle of 40 entries of each kind, README.md, policy and schemas/ apart: those carry no proof.
 * A verdict is the conjunction of checks, so one check that fails on the changed file is enough. To turn a million bits in
 * seconds, each is put to the check that reads its file; one bit in a thousand goes through the whole verification too.
 */
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { parseProofFile } from '@wederhoor/ledger/proof-file'
import { strictEntry } from '@wederhoor/ledger/strict-entry'
import { parseTilePath, type Tile, tilePath } from '@wederhoor/ledger/tile'
import { leafHash } from '@wederhoor/ledger/tree'
import { verifyLog } from '@wederhoor/ledger/verify-log'
import { beforeAll, describe, expect, test } from 'vitest'
import { BundleError, disproof, isDisproof } from './bundle-error.ts'
import { readDisclosures, unfounded } from './disclosures.ts'
import { type Files, inMemory, makeLedger } from './forge.fixture.ts'
import { provenOlder } from './growth.ts'
import { origin, trust } from './history.fixture.ts'
import { entryPath, partOf, proofPath } from './layout.ts'
import { noteIn, openSigned } from './signed.ts'
import { goodBundles, witness, witnessed } from './specimens.fixture.ts'
import { readTrust } from './trust.ts'
import { verifyBundle } from './verify.ts'
import { proofIn, provenEntry, unservable } from './verify-dossier.ts'

type Good = Awaited<ReturnType<typeof goodBundles>>
let good: Good

beforeAll(async () => {
  good = await goodBundles()
})

const harmless = /^(README\.md|policy|schemas\/)/
/** A prime, so that the sample meets every bit of a byte in turn. */
const SAMPLE = 997

/** Undefined where this check does not see the flip. */
type Check = (path: string, bytes: Uint8Array, byte: number) => boolean | Promise<boolean>

/** Flips each bit of each file; gives back those that nothing noticed. */
async function unnoticed(files: Files, fails: Check): Promise<readonly string[]> {
  const passed: string[] = []
  for (const [path, original] of files) {
    if (harmless.test(path)) continue
    const bytes = Uint8Array.from(original)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const byte = Math.floor(bit / 8)
      const before = bytes[byte] ?? 0
      bytes[byte] = before ^ (1 << (bit % 8))
      if (!(await fails(path, bytes, byte))) passed.push(`${path} bit ${bit}`)
      if (bit % SAMPLE === 0 && (await verifies(files, path, bytes)))
        passed.push(`${path} bit ${bit}, in the whole verification`)
      bytes[byte] = before
    }
  }
  return passed
}

async function verifies(files: Files, path: string, bytes: Uint8Array): Promise<boolean> {
  const changed = inMemory(new Map([...files, [path, bytes] as const]))
  try {
    return (await verifyBundle(changed, { trust: Buffer.from(trust) })).ok
  } catch (error) {
    if (error instanceof BundleError) return false
    throw error
  }
}

/** The check fails, or says that the input is broken. */
function holds(check: () => object | undefined): boolean {
  try {
    return check() === undefined
  } catch (error) {
    if (error instanceof BundleError) return false
    throw error
  }
}

function ofTheLedger(files: Files): Check {
  const note = Buffer.from(files.get('log/checkpoint') ?? []).toString('utf8')
  const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
  return async (path, bytes, byte) => {
    if (parseTilePath(path.slice('log/'.length)) === undefined)
      return !(await verifies(files, path, bytes))
    if (path === ENTRIES) return !sameLeaf(bytes, byte, files.get(TILE))
    const readTile = async (tile: Tile) => {
      const wanted = `log/${tilePath(tile)}`
      return wanted === path ? bytes : files.get(wanted)
    }
    const entries = (index: number, width: number) => readTile({ level: 'entries', index, width })
    return !(await verifyLog({ checkpoint, tiles: { readTile }, entries })).ok
  }
}

const ENTRIES = 'log/tile/entries/000.p/40'
const TILE = 'log/tile/0/000.p/40'

/** What `verifyLog` asks of the lowest tile, of the leaf in which this byte is. */
function sameLeaf(bytes: Uint8Array, byte: number, tile: Uint8Array = new Uint8Array()): boolean {
  try {
    let end = 0
    for (const [at, entry] of decodeEntryBundle(bytes, 40).entries()) {
      end += 2 + entry.length
      if (byte >= end) continue
      return Buffer.compare(leafHash(entry), tile.subarray(at * 32, (at + 1) * 32)) === 0
    }
    return true
  } catch (error) {
    if (error instanceof LedgerFormatError) return false
    throw error
  }
}

function ofADossier(files: Files): Check {
  const leaves = [...files.keys()]
    .map(partOf)
    .flatMap((part) => (part?.is === 'entry' ? [part.leafIndex] : []))
  const note = parseProofFile(
    Buffer.from(files.get(proofPath(leaves[0] ?? 0)) ?? []).toString('utf8'),
  ).checkpoint
  const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
  const signed = { checkpoint, note, witnesses: 0 }
  const keys = readTrust(Buffer.from(trust), 'trust')
  const proofs = new Map(
    leaves.map((leaf) => [leaf, proofIn(files.get(proofPath(leaf)) ?? new Uint8Array())]),
  )
  const commitments = new Map(
    leaves.map((leaf) => [leaf, strictEntry(files.get(entryPath(leaf)) ?? new Uint8Array())?.c]),
  )
  const committed = new Set([...commitments.values()].flatMap((c) => Object.values(c ?? {})))
  return async (path, bytes) => {
    const part = partOf(path)
    if (part?.is === 'entry' || part?.is === 'proof') {
      const entry = part.is === 'entry' ? bytes : files.get(entryPath(part.leafIndex))
      const proof = part.is === 'proof' ? proofIn(bytes) : proofs.get(part.leafIndex)
      if (entry === undefined) return false
      return provenEntry(entry, proof, part.leafIndex, signed) !== undefined
    }
    if (part?.is === 'disclosures')
      return !holds(() =>
        readDisclosures(bytes)
          .map((line) => unfounded(line, commitments.get(line.leaf)))
          .find((bad) => bad !== undefined),
      )
    if (part?.is === 'served') return !holds(() => unservable(bytes, part.digest, committed))
    if (part?.is === 'hearing') {
      const keysOf = () => keys.ofHearing(origin, part.hearing)
      return !holds(() => badOnly(openSigned(noteIn(bytes, path), path, keysOf)))
    }
    const grown = inMemory(new Map([...files, [path, bytes] as const]))
    const older = await provenOlder(grown, keys, signed).catch(broken)
    return older !== undefined && isDisproof(older)
  }
}

const badOnly = (found: object): object | undefined => (isDisproof(found) ? found : undefined)

function broken(error: unknown) {
  if (error instanceof BundleError) return disproof(error.message)
  throw error
}

describe('a bundle of 40 entries with any one bit flipped', () => {
  test('of a whole ledger does not verify', { timeout: 120_000 }, async () => {
    expect(await unnoticed(good.ledger, ofTheLedger(good.ledger))).toEqual([])
  })

  test('of a dossier for the auditor does not verify', { timeout: 120_000 }, async () => {
    expect(await unnoticed(good.auditor, ofADossier(good.auditor))).toEqual([])
  })

  test('of a hearing for a party does not verify', { timeout: 120_000 }, async () => {
    expect(await unnoticed(good.party, ofADossier(good.party))).toEqual([])
  })
})

describe('a head that a witness cosigned, with any one bit flipped', () => {
  test('does not verify, or counts that witness no longer', async () => {
    const note = await witnessed(good.small)
    const files = await makeLedger({ ...good.small, checkpoint: note })
    const keys = Buffer.from(`${trust}${witness.vkey}\n`)
    const bytes = Buffer.from(note, 'utf8')
    const lineOfWitness = note.lastIndexOf('\u2014')
    const passed: number[] = []
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const byte = Math.floor(bit / 8)
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (bit % 8))
      const changed = inMemory(new Map([...files, ['log/checkpoint', bytes] as const]))
      const verdict = await verifyBundle(changed, { trust: keys }).catch((error: unknown) => {
        if (error instanceof BundleError) return undefined
        throw error
      })
      if (verdict?.ok === true) {
        expect(verdict.independentWitnesses).toBe(0)
        passed.push(byte)
      }
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (bit % 8))
    }
    // In its name or key id alone: then it is the line of somebody unknown, and is passed over.
    expect(Math.min(...passed)).toBeGreaterThan(Buffer.byteLength(note.slice(0, lineOfWitness)))
  })
})
