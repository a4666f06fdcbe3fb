import { memoryStore } from '@wederhoor/event-store/memory'
import { memoryTiles } from '@wederhoor/ledger/memory-tiles'
import { entryTilesOf, tilePath, tilesOf } from '@wederhoor/ledger/tile'
import { beforeAll, describe, expect, test } from 'vitest'
import { dossier, write } from '../builders.ts'
import { dossierFiles } from './export-dossier.ts'
import { ledgerFiles } from './export-ledger.ts'
import {
  checkpointOf,
  type Files,
  inHearing,
  inMemory,
  makeDossier,
  makeLedger,
  sealNote,
} from './forge.fixture.ts'
import {
  type History,
  hearing,
  hearingVkey,
  historyOf,
  type Leaf,
  logSigner,
  trust,
} from './history.fixture.ts'
import {
  coveringCheckpoint,
  knownCheckpoint,
  type LedgerSource,
  NotCovered,
} from './ledger-source.ts'
import { inOrder, type PlannedFile } from './planned-file.ts'
import { verifyBundle } from './verify.ts'

let history: History
let source: LedgerSource
let note: string

beforeAll(async () => {
  history = await historyOf({ hearing: 150, case: 100, elsewhere: 270 })
  const store = memoryStore()
  const tiles = memoryTiles()
  await write(
    store,
    history.leaves.map(({ entry }) => entry),
  )
  const made = await makeLedger(history)
  const rows = [...tilesOf(history.leaves.length)]
  await tiles.writeTiles(
    rows.map((tile) => ({ tile, bytes: made.get(`log/${tilePath(tile)}`) ?? new Uint8Array() })),
  )
  note = await checkpointOf(history.leaves)
  await tiles.publish('integrated', note, history.leaves.length)
  await tiles.keepVkey(logSigner.vkey)
  source = { store, tiles }
})

/** In the order in which they are written. */
async function made(files: readonly PlannedFile[]): Promise<Files> {
  const all = new Map<string, Uint8Array>()
  for (const { path, bytes } of inOrder(files)) all.set(path, await bytes())
  return all
}

/** What carries proof, for a comparison with what the other tool makes. */
const proving = (files: Files) =>
  Object.fromEntries(
    [...files]
      .filter(([path]) => !/^(README\.md|schemas\/)/.test(path))
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
  )

const ofDossier = ({ entry }: Leaf): boolean => entry.dossier === dossier
const chosen = (which: (leaf: Leaf) => boolean) =>
  history.leaves.flatMap((leaf, leafIndex) =>
    which(leaf) ? [{ leafIndex, bytes: leaf.bytes }] : [],
  )
const lastSeal = () => {
  const heard = history.leaves.filter(inHearing)
  const sealed = heard.findLastIndex(({ entry }) => entry.type === 'HearingSealed')
  return sealNote(heard.slice(0, sealed))
}

describe('an exported ledger', () => {
  const known = () => knownCheckpoint(note)

  test('is byte for byte what the tool makes that knows the format from outside', async () => {
    const from = knownCheckpoint(await checkpointOf(history.leaves.slice(0, 300)))
    const exported = await made(await ledgerFiles(source, { known: known(), from, witnesses: [] }))
    const forged = await makeLedger({ ...history, texts: [], from: 300 })
    expect(proving(exported)).toEqual(proving(forged))
    expect([...exported.keys()].filter((path) => /entries/.test(path))).toHaveLength(
      [...entryTilesOf(history.leaves.length)].length,
    )
  })

  test('verifies, and gives the same bytes on a second run', async () => {
    const options = { known: known(), witnesses: [] }
    const [one, two] = [
      await made(await ledgerFiles(source, options)),
      await made(await ledgerFiles(source, options)),
    ]
    expect(one).toEqual(two)
    const verdict = await verifyBundle(inMemory(one), { trust: Buffer.from(trust) })
    expect(verdict).toMatchObject({ ok: true, checked: { entries: 520, hearings: 1 } })
  })

  test('carries the keys as it knows them: log, hearings, witnesses', async () => {
    const files = await made(await ledgerFiles(source, { known: known(), witnesses: ['w+1+2'] }))
    expect(Buffer.from(files.get('policy') ?? []).toString('utf8')).toBe(
      `${logSigner.vkey}\n${hearingVkey()}\nw+1+2\n`,
    )
  })

  test.each([
    ['of another ledger', () => checkpointOf(history.leaves, { of: 'elsewhere.test/log' })],
    ['from later', () => checkpointOf([...history.leaves, ...history.leaves])],
  ])('cannot be made since a checkpoint %s', async (_what, older) => {
    const from = knownCheckpoint(await older())
    await expect(
      ledgerFiles(source, { known: known(), from, witnesses: [] }),
    ).rejects.toMatchObject({
      code: 'malformed',
    })
  })

  test('is not made of a ledger that lacks what its head promises', async () => {
    const longer = knownCheckpoint(await checkpointOf([...history.leaves, ...history.leaves]))
    const planned = await ledgerFiles(source, { known: longer, witnesses: [] })
    await expect(made(planned)).rejects.toMatchObject({ code: 'missing-file' })
  })
})

describe('an exported dossier', () => {
  const exporting = () => ({ known: knownCheckpoint(note), witnesses: [] })

  test('is byte for byte what the tool makes that knows the format from outside', async () => {
    const texts = history.texts.map(({ leaf, ...text }) => ({
      ...text,
      leafIndex: leaf,
      served: false,
    }))
    const exported = await dossierFiles(source, {
      ...exporting(),
      receiver: 'auditor',
      entries: chosen(ofDossier),
      texts: texts.reverse(),
    })
    const forged = await makeDossier({
      ...history,
      chosen: ofDossier,
      hearings: { [hearing]: await lastSeal() },
    })
    expect(proving(await made(exported))).toEqual(proving(forged))
  })

  test('of a hearing has the same entries, proofs and seal for both parties', async () => {
    const [one, two] = await Promise.all(
      (['melder', 'wederpartij'] as const).map(async (receiver, at) => {
        const text = history.texts[at]
        const texts =
          text === undefined ? [] : [{ ...text, leafIndex: text.leaf, served: at === 1 }]
        const entries = chosen(inHearing)
        return made(await dossierFiles(source, { ...exporting(), receiver, entries, texts }))
      }),
    )
    const same = (files: Files = new Map()) =>
      [...files].filter(([path]) => /^(entries|proofs|hearing|policy|README)/.test(path))
    expect(same(one)).toEqual(same(two))
    expect([...(two?.keys() ?? [])].filter((path) => path.startsWith('served/'))).toHaveLength(1)
    for (const files of [one, two]) {
      const verdict = await verifyBundle(inMemory(files ?? new Map()), {
        trust: Buffer.from(trust),
      })
      expect(verdict).toMatchObject({
        ok: true,
        checked: { entries: 150, disclosures: 1, hearings: 1 },
      })
    }
  })
})

describe('the checkpoint of a bundle', () => {
  test('is the witnessed one where it covers what is exported', async () => {
    const tiles = memoryTiles()
    const [older, newer] = [await checkpointOf(history.leaves.slice(0, 9)), note]
    await tiles.publish('witnessed', older, 9)
    await tiles.publish('integrated', newer, history.leaves.length)
    expect(await coveringCheckpoint({ tiles }, 9, 0)).toMatchObject({ note: older })
    expect(await coveringCheckpoint({ tiles }, 10, 0)).toMatchObject({ note: newer })
    await expect(coveringCheckpoint({ tiles }, 521, 0)).rejects.toThrow(NotCovered)
  })
})
