/** Ledgers that somebody rebuilt: with the right key where it says so, otherwise under the head that stood there. */
import { encodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { checkpointOf, makeLedger } from './forge.fixture.ts'
import {
  type History,
  hearing,
  hearingVkey,
  type Leaf,
  otherHearing,
  remade,
  replaced,
  sealOf,
  seeds,
  stream,
  trust,
} from './history.fixture.ts'
import type { Specimen } from './specimens.fixture.ts'

const text = (written: string): Uint8Array => Buffer.from(written, 'utf8')
const ENTRIES = 'log/tile/entries/000.p/40'

/** @param leaves 40 of them. */
export async function forgedLedgers({ leaves, texts }: History): Promise<readonly Specimen[]> {
  const not = (position: number | null) => ({ trust, verdict: 'not-ok' as const, position })
  const old = await checkpointOf(leaves)
  const honest = await makeLedger({ leaves })
  const underOld = (changed: readonly Leaf[]) => makeLedger({ leaves: changed, checkpoint: old })
  const withEntries = (changed: readonly Leaf[]) =>
    new Map([...honest, [ENTRIES, encodeEntryBundle(changed.map(({ bytes }) => bytes))] as const])
  const swapped = leaves.map((leaf, at) => leaves[at === 8 ? 9 : at === 9 ? 8 : at] ?? leaf)
  const inserted = [...leaves.slice(0, 9), ...leaves.slice(8, -1)]
  return [
    {
      name: 'an entry replaced in its bundle alone',
      files: withEntries(replaced(leaves, 8)),
      ...not(9),
    },
    {
      name: 'two entries swapped in their bundle alone',
      files: withEntries(swapped),
      ...not(9),
    },
    {
      name: 'an entry inserted in its bundle alone, the last one dropped',
      files: withEntries(inserted),
      ...not(10),
    },
    {
      name: 'an entry replaced, tiles recomputed, the old head',
      files: await underOld(replaced(leaves, 8)),
      ...not(null),
    },
    {
      name: 'a whole ledger put behind the old head',
      files: await underOld(leaves.map((leaf) => remade(leaf, { policy: '2099-01' }))),
      trust,
      verdict: 'not-ok',
    },
    {
      name: 'a disclosure of an entry that the ledger has not',
      files: await makeLedger({
        leaves,
        texts: texts.map((one) => ({ ...one, leaf: 40 + one.leaf })),
      }),
      ...not(null),
    },
    {
      name: 'the ledger truncated, the old head',
      files: await underHead(leaves.slice(0, 30), old),
      trust,
      verdict: 'broken',
    },
    {
      name: 'the head replaced by an older one of the same log',
      files: await underHead(leaves, await checkpointOf(leaves.slice(0, 39))),
      trust,
      verdict: 'broken',
    },
    ...(await withTheRightKey(leaves)),
  ]
}

async function underHead(leaves: readonly Leaf[], head: string) {
  return new Map([...(await makeLedger({ leaves })), ['log/checkpoint', text(head)] as const])
}

/** The operator can sign whatever it wants; what the entries say of each other still does not hold. */
async function withTheRightKey(leaves: readonly Leaf[]): Promise<readonly Specimen[]> {
  const signed = async (name: string, changed: readonly Leaf[], position: number) =>
    ({
      name: `${name}, all signed anew with the right key`,
      files: await makeLedger({ leaves: changed }),
      trust,
      verdict: 'not-ok',
      position,
    }) as const
  const [first] = leaves
  if (first === undefined) return []
  const seal = leaves.findIndex(({ entry }) => entry.type === 'HearingSealed')
  const heard = leaves.slice(0, seal).filter(({ entry }) => entry.stream === stream)
  const resealed = async (changes: Readonly<Record<string, unknown>>) =>
    leaves.map((leaf, at) =>
      at === seal ? remade(leaf, { data: { ...leaf.entry.data, ...changes } }) : leaf,
    )
  const changed = (index: number, changes: Parameters<typeof remade>[1]) =>
    leaves.map((leaf, at) => (at === index ? remade(leaf, changes) : leaf))
  const followerOf = (index: number) =>
    leaves.findIndex(({ entry }, at) => at > index && entry.stream === leaves[index]?.entry.stream)
  return [
    await signed('an entry twice', [...leaves.slice(0, 9), ...leaves.slice(8)], 10),
    await signed(
      'an entry dropped',
      leaves.filter((_leaf, at) => at !== 8),
      followerOf(8),
    ),
    await signed('an entry of another ledger', changed(8, { ledger: 'elsewhere.test/log' }), 9),
    await signed('an id that was used before', changed(8, { id: first.entry.id }), 9),
    await signed('a stream without a form', changed(8, { stream: '../case', revision: 0 }), 9),
    await signed(
      'a leaf that is no entry',
      leaves.map((leaf, at) => (at === 8 ? { ...leaf, bytes: text('{"v":1}') } : leaf)),
      9,
    ),
    await signed(
      'an entry of the hearing changed and its seal left as it was',
      leaves.map((leaf) =>
        leaf === heard[3] ? remade(leaf, { data: { party: 'respondent' } }) : leaf,
      ),
      seal + 1,
    ),
    await signed(
      'a seal of one entry less',
      await resealed(await sealOf(heard.slice(1))),
      seal + 1,
    ),
    await signed('a seal of more entries than there are', await resealed({ size: 99 }), seal + 1),
    await signed(
      'a seal that names another hearing',
      await resealed({ hearing: otherHearing }),
      seal + 1,
    ),
    await signed('a seal of nothing', await resealed(await sealOf([])), seal + 1),
    await signed(
      'a seal under a key that is not for hearings',
      await resealed(await sealOf(heard, seeds.another)),
      seal + 1,
    ),
    await signed(
      'a seal under the key of the log',
      await resealed(await sealOf(heard, seeds.log)),
      seal + 1,
    ),
    await signed(
      'a seal whose signature is another one',
      await resealed({ signature: (await sealOf(heard.slice(1)))['signature'] }),
      seal + 1,
    ),
    {
      ...(await signed(
        'a seal under another key of hearings than it names',
        await resealed({ signature: (await sealOf(heard, seeds.another))['signature'] }),
        seal + 1,
      )),
      trust: `${trust}${hearingVkey(hearing, seeds.another)}\n`,
    },
    await signed(
      'a seal that announces ten thousand million entries',
      await resealed(await sealOf(heard, seeds.hearing, hearing, 1e10)),
      seal + 1,
    ),
    await signed('a seal without a signature', await resealed({ signature: '' }), seal + 1),
  ]
}
