/** Bundles of a dossier or of a hearing in which something was left out, put in or exchanged. */
import { ed25519Signer, signaturesOf } from '@wederhoor/ledger/signed-note'
import { digestOf } from '@wederhoor/vault/disclosure'
import { dossier, elsewhere } from '../builders.ts'
import { checkpointOf, type Files, inHearing, makeDossier, sealNote } from './forge.fixture.ts'
import {
  disclosureOf,
  type History,
  hearing,
  type Leaf,
  otherHearing,
  remade,
  seeds,
  type Text,
  trust,
} from './history.fixture.ts'
import type { Good, Specimen } from './specimens.fixture.ts'

const text = (written: string): Uint8Array => Buffer.from(written, 'utf8')
const without = (files: Files, ...paths: readonly string[]): Files =>
  new Map([...files].filter(([path]) => !paths.includes(path)))
const withFile = (files: Files, path: string, bytes: Uint8Array | undefined): Files =>
  new Map([...files, [path, bytes ?? text('')] as const])
const not = (position: number | null) => ({ trust, verdict: 'not-ok' as const, position })

export async function forgedHearings({ leaves }: History): Promise<readonly Specimen[]> {
  const whole = await makeDossier({ leaves, chosen: inHearing })
  const heard = leaves.filter(inHearing)
  const [, , , left, next] = heard
  if (left === undefined || next === undefined) return []
  const leaf = leaves.indexOf(left)
  const following = leaves.indexOf(next)
  const sealedBy = (note: string) => withFile(whole, `hearing/${hearing}/checkpoint`, text(note))
  return [
    {
      name: 'one hearing entry omitted, the root recomputed and sealed with the right key',
      files: withFile(
        without(whole, `entries/${leaf}`, `proofs/${leaf}.tlog-proof`),
        `hearing/${hearing}/checkpoint`,
        text(await sealNote(heard.filter((one) => one !== left))),
      ),
      ...not(following + 1),
    },
    {
      name: 'the seal of one entry less, with the right key',
      files: sealedBy(await sealNote(heard.slice(1))),
      ...not(null),
    },
    {
      name: 'the seal of one entry more than are here',
      files: sealedBy(await sealNote([...heard, ...leaves.slice(0, 1)])),
      ...not(null),
    },
    {
      name: 'a hearing sealed with another key',
      files: sealedBy(await sealNote(heard, seeds.another)),
      ...not(null),
    },
    {
      name: 'a hearing sealed with the key of the log',
      files: sealedBy(await sealNote(heard, seeds.log)),
      ...not(null),
    },
    {
      name: 'the seal of another hearing',
      files: sealedBy(await sealNote(heard, seeds.hearing, otherHearing)),
      ...not(null),
    },
    {
      name: 'the seal of ten thousand million entries',
      files: sealedBy(await sealNote(heard, seeds.hearing, hearing, 1e10)),
      ...not(null),
    },
    { name: 'the seal of no entry', files: sealedBy(await sealNote([])), ...not(null) },
    {
      name: 'the checkpoint of the ledger as the seal of the hearing',
      files: sealedBy(await checkpointOf(leaves)),
      ...not(null),
    },
    {
      name: 'a hearing without its seal',
      files: without(whole, `hearing/${hearing}/checkpoint`),
      trust,
      verdict: 'broken',
    },
    {
      name: 'the seal of a hearing that is not in the bundle',
      files: withFile(
        whole,
        `hearing/${otherHearing}/checkpoint`,
        text(await sealNote(heard, seeds.hearing, otherHearing)),
      ),
      ...not(null),
    },
  ]
}

export async function forgedDossiers({
  case40,
  hearing40,
  small,
}: Good): Promise<readonly Specimen[]> {
  const { leaves, texts } = case40
  const ofDossier = ({ entry }: Leaf): boolean => entry.dossier === dossier
  const whole = await makeDossier({ leaves, chosen: ofDossier, texts })
  const strange = leaves.findIndex(({ entry }) => entry.dossier === elsewhere)
  const other = await makeDossier({ leaves: small.leaves, chosen: ofDossier })
  const somebody = ed25519Signer('somebody.test/else', seeds.another)
  const note = await checkpointOf(leaves, { signers: [somebody] })
  const proofs = (one: string, two: string) =>
    withFile(withFile(whole, one, whole.get(two)), two, whole.get(one))
  return [
    {
      name: 'an entry of another dossier put in, with its proof',
      files: await makeDossier({
        leaves,
        chosen: (leaf) => ofDossier(leaf) || leaf === leaves[strange],
      }),
      ...not(strange + 1),
    },
    {
      name: 'the entries of two leaves exchanged',
      files: proofs('entries/4', 'entries/5'),
      ...not(5),
    },
    {
      name: 'the proofs of two leaves exchanged',
      files: proofs('proofs/4.tlog-proof', 'proofs/5.tlog-proof'),
      ...not(5),
    },
    {
      name: 'a proof under another checkpoint of the same log',
      files: withFile(whole, 'proofs/5.tlog-proof', other.get('proofs/5.tlog-proof')),
      ...not(6),
    },
    {
      name: 'a proof whose checkpoint has one signature more than the others',
      files: changedText(whole, 'proofs/5.tlog-proof', (proof) => `${proof}${signatureOf(note)}\n`),
      ...not(6),
    },
    {
      name: 'a proof that names another leaf',
      files: changedText(whole, 'proofs/5.tlog-proof', (proof) =>
        proof.replace('index 5\n', 'index 4\n'),
      ),
      ...not(6),
    },
    {
      name: 'a proof with something of its own',
      files: changedText(whole, 'proofs/5.tlog-proof', (proof) =>
        proof.replace('index', 'extra AAAA\nindex'),
      ),
      ...not(6),
    },
    ...(await withTexts(case40, whole)),
    ...(await served(hearing40)),
  ]
}

const changedText = (files: Files, path: string, change: (written: string) => string): Files =>
  withFile(files, path, text(change(Buffer.from(files.get(path) ?? []).toString('utf8'))))

const signatureOf = (note: string): string => signaturesOf(note)[0] ?? ''

async function withTexts({ leaves, texts }: History, whole: Files): Promise<readonly Specimen[]> {
  const [melder, respondent] = texts
  if (melder === undefined || respondent === undefined) return []
  const showing = (...shown: readonly Text[]) =>
    makeDossier({ leaves, chosen: ({ entry }) => entry.dossier === dossier, texts: shown })
  const elsewherePath = disclosureOf('/summary', { text: 'Wat melder zegt.' })
  const lie = disclosureOf('/content', { text: 'Wat niemand zei.' })
  return [
    { name: 'a dossier with what may be read', files: whole, trust, verdict: 'ok' },
    {
      name: 'a disclosure swapped for that of another entry',
      files: await showing({ ...respondent, leaf: melder.leaf }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'a disclosure swapped for another path, which it names itself',
      files: await showing({ ...melder, path: '/summary', disclosure: elsewherePath }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'a disclosure put under another path than it names',
      files: await showing({ ...melder, path: '/summary' }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'a disclosure that is committed to under another path than it names, by the operator',
      files: await makeDossier({
        leaves: leaves.map((leaf, at) =>
          at === melder.leaf ? remade(leaf, { c: { '/summary': melder.digest } }) : leaf,
        ),
        // Before any seal, so that only the disclosure is wrong.
        chosen: (leaf) => leaves.indexOf(leaf) < 3 || leaf.entry.c['/summary'] === melder.digest,
        hearings: {},
        texts: [{ ...melder, path: '/summary' }],
      }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'another text for a commitment',
      files: await showing({ ...melder, disclosure: lie, digest: digestOf(lie) }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'a disclosure under a path that every object has',
      files: await showing({
        ...melder,
        path: '/constructor',
        disclosure: disclosureOf('/constructor', 1),
      }),
      ...not(melder.leaf + 1),
    },
    {
      name: 'a disclosure of an entry that is not in the bundle',
      files: await showing({ ...melder, leaf: 999 }),
      ...not(null),
    },
    {
      name: 'disclosures out of order',
      files: await showing(respondent, melder),
      trust,
      verdict: 'broken',
    },
    { name: 'a disclosure twice', files: await showing(melder, melder), trust, verdict: 'broken' },
  ]
}

async function served({ leaves, texts }: History): Promise<readonly Specimen[]> {
  const [melder] = texts
  if (melder === undefined) return []
  const lie = disclosureOf('/content', { text: 'Een andere brief.' })
  const serving = (one: Text) => makeDossier({ leaves, chosen: inHearing, served: [one] })
  return [
    {
      name: 'another letter under the name of the one that was served',
      files: await serving({ ...melder, disclosure: lie }),
      ...not(null),
    },
    {
      name: 'a letter that no entry commits to',
      files: await serving({ ...melder, disclosure: lie, digest: digestOf(lie) }),
      ...not(null),
    },
    {
      name: 'a served letter with a line feed at its end',
      files: await serving({ ...melder, disclosure: `${melder.disclosure}\n` }),
      trust,
      verdict: 'broken',
    },
  ]
}
