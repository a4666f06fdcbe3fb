/** Ledgers for tests: entries of the real codec, with a hearing that is sealed as it goes, and what its texts commit to. */
import { createHash } from 'node:crypto'
import { type Checkpoint, signCheckpoint } from '@wederhoor/ledger/checkpoint'
import { type Entry, encodeEntry } from '@wederhoor/ledger/entry'
import { ed25519Signer, publicKeyOf, signaturesOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import { digestOf } from '@wederhoor/vault/disclosure'
import { dossier, elsewhere, entriesOf, type Written } from '../builders.ts'

export const origin = 'wederhoor.test/ledger'
export const hearing = '5a3f9d07-c2e4-4b18-b6d9-8f1e0c7a2d65'
export const otherHearing = '7c1e4b92-55d0-4a3f-9e18-2b6d8f0a1c47'
export const stream = `hearing-${hearing}`
export const parties = {
  melder: 'a4d1c7e0-3b52-4f6d-8e19-0c7b5a2d9f31',
  respondent: 'b9e6f2a3-8c41-4d7e-9b05-1f3a6c8d2e70',
  office: 'c2f7a8b4-1d63-4e9f-a046-3b5d7f9e1c82',
} as const

export const seeds = { log: seed(1), hearing: seed(2), access: seed(3), another: seed(9) }
export const logSigner = ed25519Signer(origin, seeds.log)
export const hearingVkey = (id = hearing, key: Uint8Array = seeds.hearing): string =>
  vkeyOf(`${origin}/hearing/${id}`, publicKeyOf(key))
export const trust = `${logSigner.vkey}\n${hearingVkey()}\n`

function seed(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte)
}

export interface Leaf {
  readonly entry: Entry
  readonly bytes: Uint8Array
}

/** A text that an entry commits to. */
export interface Text {
  readonly leaf: number
  readonly path: string
  readonly disclosure: string
  readonly digest: string
}

/** Salted with what its place says, so that a test gives the same bytes on each run. */
export function disclosureOf(path: string, value: unknown): string {
  const salt = createHash('sha256').update(`${path}`).digest('base64url').slice(0, 22)
  return Buffer.from(JSON.stringify([salt, path, value]), 'utf8').toString('base64url')
}

export interface History {
  readonly leaves: readonly Leaf[]
  readonly texts: readonly Text[]
}

/**
 * So many entries of the hearing, of its case and of other dossiers, in turns. The hearing is sealed after each eight of its
 * entries; its second entry has a text of the melder, its third one of the respondent.
 */
export async function historyOf(counts: {
  readonly hearing: number
  readonly case: number
  readonly elsewhere: number
}): Promise<History> {
  const leaves: Leaf[] = []
  const texts: Text[] = []
  for (const where of turns(counts)) {
    const heard = leaves.filter(({ entry }) => entry.stream === stream)
    const written =
      where === 'hearing' ? await inHearing(heard, texts, leaves.length) : besides(where, leaves)
    leaves.push(leafOf(leaves, written))
  }
  return { leaves, texts }
}

/** Revisions follow from what stands before. */
export function leafOf(before: readonly Leaf[], written: Written): Leaf {
  const all = [...before.map(({ entry }) => entry), written] as readonly Written[]
  const entry = entriesOf(all).at(-1)
  if (entry === undefined) throw new Error('nothing was written')
  return { entry, bytes: encodeEntry(entry) }
}

/** The entry with something else in it. */
export function remade({ entry }: Leaf, changes: Partial<Entry>): Leaf {
  const other = { ...entry, ...changes }
  return { entry: other, bytes: encodeEntry(other) }
}

/** With other facts in the entry that stands there. */
export const replaced = (leaves: readonly Leaf[], index: number): readonly Leaf[] =>
  leaves.map((leaf, at) =>
    at === index ? remade(leaf, { data: { ...leaf.entry.data, result: 'no-answer' } }) : leaf,
  )

function* turns(counts: Parameters<typeof historyOf>[0]): Generator<keyof typeof counts> {
  const left = { ...counts }
  const names = ['case', 'hearing', 'hearing', 'elsewhere'] as const
  for (let turn = 0; left.case + left.hearing + left.elsewhere > 0; turn += 1) {
    const name = names[turn % names.length] ?? 'case'
    if (left[name] === 0) continue
    left[name] -= 1
    yield name
  }
}

const at = (index: number): string => new Date(Date.UTC(2024, 2, 1, 9, index)).toISOString()

function besides(where: 'case' | 'elsewhere', leaves: readonly Leaf[]): Written {
  const own = where === 'case' ? dossier : elsewhere
  return {
    stream: `case-${own}`,
    dossier: own,
    type: 'ContactNoted',
    data: { direction: 'out', result: 'reached' },
    recordedAt: at(leaves.length),
  }
}

async function inHearing(heard: readonly Leaf[], texts: Text[], leaf: number): Promise<Written> {
  const written = { stream, recordedAt: at(leaf) }
  if (heard.length > 0 && heard.length % 8 === 0) {
    return { ...written, type: 'HearingSealed', data: await sealOf(heard) }
  }
  const author = heard.length === 1 ? 'melder' : heard.length === 2 ? 'respondent' : undefined
  if (author === undefined) return { ...written, type: 'ReminderDue', data: { party: 'melder' } }
  const disclosure = disclosureOf('/content', { text: `Wat ${author} zegt.`, annexes: [] })
  const digest = digestOf(disclosure)
  texts.push({ leaf, path: '/content', disclosure, digest })
  return {
    ...written,
    type: 'StatementReceived',
    data: { author, party: parties[author], document: `document-${author}` },
    c: { '/content': digest },
  }
}

/** What `HearingSealed` says of these entries. */
export async function sealOf(
  heard: readonly Leaf[],
  key: Uint8Array = seeds.hearing,
  id = hearing,
  size = heard.length,
): Promise<Readonly<Record<string, unknown>>> {
  const checkpoint = { ...hearingCheckpoint(heard, id), size }
  const signer = ed25519Signer(checkpoint.origin, key)
  const [line = ''] = signaturesOf(await signCheckpoint(checkpoint, [signer]))
  return {
    hearing: id,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    key: Buffer.from(publicKeyOf(key)).toString('base64'),
    signature: line.split(' ').at(-1),
  }
}

export const hearingCheckpoint = (heard: readonly Leaf[], id = hearing): Checkpoint => ({
  origin: `${origin}/hearing/${id}`,
  size: heard.length,
  root: rootOf(heard.map(({ bytes }) => leafHash(bytes))),
})
