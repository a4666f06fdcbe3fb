/** Bundles that have not the form of one. */
import { signCheckpoint } from '@wederhoor/ledger/checkpoint'
import { signNote } from '@wederhoor/ledger/signed-note'
import { type Files, makeDossier } from './forge.fixture.ts'
import { logSigner, origin, trust } from './history.fixture.ts'
import type { Good, Specimen } from './specimens.fixture.ts'

const text = (written: string): Uint8Array => Buffer.from(written, 'utf8')
const withFile = (files: Files, path: string, bytes: Uint8Array): Files =>
  new Map([...files, [path, bytes] as const])
const without = (files: Files, path: string): Files =>
  new Map([...files].filter(([one]) => one !== path))
const cut = (bytes: Uint8Array = text('')): Uint8Array => bytes.subarray(0, bytes.length - 1)

export async function brokenBundles({
  ledger,
  auditor,
  case40,
}: Good): Promise<readonly Specimen[]> {
  const broken = { trust, verdict: 'broken' as const }
  const announces = (size: number) =>
    signCheckpoint({ origin, size, root: new Uint8Array(32) }, [logSigner])
  const huge = await signNote(
    `${origin}\n9007199254740992\n${Buffer.alloc(32).toString('base64')}\n`,
    [logSigner],
  )
  const [first] = [...auditor.keys()].filter((path) => path.startsWith('entries/'))
  return [
    { name: 'nothing at all', files: new Map(), ...broken },
    ...[
      'README.md',
      'policy',
      'disclosures.jsonl',
      'log/tile/0/000.p/40',
      'log/tile/entries/000.p/40',
    ].map((path) => ({
      name: `a ledger without ${path}`,
      files: without(ledger, path),
      ...broken,
    })),
    { name: 'a ledger without its head', files: without(ledger, 'log/checkpoint'), ...broken },
    {
      name: 'an entry without its proof',
      files: without(auditor, `proofs/${first?.slice(8)}.tlog-proof`),
      ...broken,
    },
    { name: 'a proof without its entry', files: without(auditor, first ?? ''), ...broken },
    {
      name: 'a ledger and a dossier in one',
      files: new Map([...ledger, ...auditor]),
      ...broken,
    },
    {
      name: 'a file that nobody asked for',
      files: withFile(ledger, 'log/tile/0/001.p/1', new Uint8Array(32)),
      ...broken,
    },
    {
      name: 'a proof of growth without what it grew from',
      files: withFile(ledger, 'log/consistency', text('old 1\n\n')),
      ...broken,
    },
    {
      name: 'a head that announces ten thousand million entries',
      files: withFile(ledger, 'log/checkpoint', text(await announces(1e10))),
      ...broken,
    },
    {
      name: 'a head that announces 2^53 − 1 entries',
      files: withFile(ledger, 'log/checkpoint', text(await announces(Number.MAX_SAFE_INTEGER))),
      ...broken,
    },
    { name: 'a head over 2^53', files: withFile(ledger, 'log/checkpoint', text(huge)), ...broken },
    {
      name: 'a head cut off',
      files: withFile(ledger, 'log/checkpoint', cut(ledger.get('log/checkpoint'))),
      ...broken,
    },
    {
      name: 'a head that is no note',
      files: withFile(ledger, 'log/checkpoint', text('hello\n')),
      ...broken,
    },
    {
      name: 'entries cut off',
      files: withFile(
        ledger,
        'log/tile/entries/000.p/40',
        cut(ledger.get('log/tile/entries/000.p/40')),
      ),
      trust,
      verdict: 'not-ok',
      position: 40,
    },
    {
      name: 'a tile cut off',
      files: withFile(ledger, 'log/tile/0/000.p/40', cut(ledger.get('log/tile/0/000.p/40'))),
      trust,
      verdict: 'not-ok',
      position: 1,
    },
    { name: 'a policy that is none', files: withFile(ledger, 'policy', text('all\n')), ...broken },
    {
      name: 'disclosures that are none',
      files: withFile(auditor, 'disclosures.jsonl', text('{}\n')),
      ...broken,
    },
    {
      name: 'disclosures whose last line is not ended',
      files: withFile(
        auditor,
        'disclosures.jsonl',
        cut((await makeDossier({ ...case40, chosen: () => false })).get('disclosures.jsonl')),
      ),
      ...broken,
    },
    { name: 'a trust file that is none', files: ledger, trust: 'all\n', verdict: 'broken' },
    { name: 'a trust file that is empty', files: ledger, trust: '', verdict: 'broken' },
    {
      name: 'a key whose plus was taken for a separator',
      files: ledger,
      trust: `${logSigner.vkey.split('+').slice(0, 2).join('+')}\n`,
      verdict: 'broken',
    },
    {
      name: 'a known checkpoint that is none',
      files: ledger,
      trust,
      since: 'x\n',
      verdict: 'broken',
    },
  ]
}
