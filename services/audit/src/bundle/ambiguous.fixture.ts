/**
 * Bundles that two honest readers could take in two ways, and keys that speak for what they are not trusted for. All are
 * made by whoever holds the key of the log, or the key that is named.
 */
import { ed25519Signer } from '@wederhoor/ledger/signed-note'
import { digestOf } from '@wederhoor/vault/disclosure'
import { dossier } from '../builders.ts'
import { checkpointOf, inHearing, makeDossier, makeLedger } from './forge.fixture.ts'
import {
  type History,
  hearing,
  hearingVkey,
  type Leaf,
  logSigner,
  origin,
  remade,
  sealOf,
  seeds,
  stream,
  trust,
} from './history.fixture.ts'
import type { Specimen } from './specimens.fixture.ts'

const text = (written: string): Uint8Array => Buffer.from(written, 'utf8')
const ofDossier = ({ entry }: Leaf): boolean => entry.dossier === dossier

export async function ambiguousBundles(history: History): Promise<readonly Specimen[]> {
  return [
    ...(await ambiguousEntries(history)),
    ...(await ambiguousNotes(history)),
    ...(await ambiguousDisclosures(history)),
    ...(await keysOutOfPlace(history)),
    ...(await otherEpochs(history)),
  ]
}

const edits: readonly (readonly [string, (json: string) => string])[] = [
  ['a member twice', (json) => json.replace('"data":{', '"data":{"result":"no-answer",')],
  ['a commitment twice', (json) => json.replace('"c":{}', '"c":{"/a":"x","/a":"y"}')],
  ['a member twice, once escaped', (json) => json.replace('"data":{', '"data":{"resul\\u0074":1,')],
  ['the stream twice', (json) => json.replace('"stream"', '"stream":"case-1","stream"')],
  ['white space', (json) => json.replace('"v":1', '"v": 1')],
  ['a line feed behind it', (json) => `${json}\n`],
  [
    'its members in another order',
    (json) => `${json.replace(/,"v":1/, '').replace('{', '{"v":1,')}`,
  ],
  ['a needless escape', (json) => json.replace('"reached"', '"\\u0072eached"')],
  ['a number spelled in another way', (json) => json.replace('"reached"', '1.50')],
  ['a number beyond all numbers', (json) => json.replace('"reached"', '1e400')],
  ['half a surrogate pair', (json) => json.replace('"reached"', '"\\ud83d"')],
  ['an escaped surrogate pair', (json) => json.replace('"reached"', '"\\ud83d\\ude00"')],
  ['a revision with a fraction', (json) => json.replace(/"revision":(\d+)/, '"revision":$1.0')],
  ['a version with an exponent', (json) => json.replace('"v":1', '"v":1e0')],
  ['a negative version of its schema', (json) => json.replace('Version":1', 'Version":-1')],
  ['a commitment that is no text', (json) => json.replace('"c":{}', '"c":{"/a":1}')],
  [
    'lists nested too deep',
    (json) => json.replace('"reached"', `${'['.repeat(9e3)}${']'.repeat(9e3)}`),
  ],
]

async function ambiguousEntries({ leaves }: History): Promise<readonly Specimen[]> {
  const made: Specimen[] = []
  const at = leaves.findLastIndex(({ entry }) => entry.stream === `case-${dossier}`)
  for (const [name, edit] of edits) {
    const forged = leaves.map((leaf, index) => (index === at ? edited(leaf, edit) : leaf))
    const not = { trust, verdict: 'not-ok', position: at + 1 } as const
    const files = await makeLedger({ leaves: forged })
    const chosen = await makeDossier({ leaves: forged, chosen: ofDossier })
    made.push({ name: `an entry with ${name}`, files, ...not })
    made.push({ name: `an entry of a dossier with ${name}`, files: chosen, ...not })
  }
  const sealed = leaves.findIndex(({ entry }) => entry.type === 'HearingSealed')
  const heard = leaves.slice(0, sealed).filter(inHearing)
  const { entry } = leaves[sealed] ?? {}
  if (entry === undefined) return made
  const seals: readonly (readonly [string, (leaf: Leaf) => Leaf | Promise<Leaf>])[] = [
    [
      'a seal with its size twice',
      (leaf) => edited(leaf, (json) => json.replace('"size"', '"size":3,"size"')),
    ],
    [
      'a seal whose size has a fraction',
      (leaf) => edited(leaf, (json) => json.replace(/"size":(\d+)/, '"size":$1.0')),
    ],
    [
      'a seal that leaves out the entry before it',
      async (leaf) => remade(leaf, { data: await sealOf(heard.slice(0, -1)) }),
    ],
    [
      'a seal in a stream of the hearings that is no hearing',
      (leaf) => remade(leaf, { stream: 'hearing-by-name', revision: 0 }),
    ],
  ]
  for (const [name, forge] of seals) {
    const forged = await Promise.all(
      leaves.map((leaf, index) => (index === sealed ? forge(leaf) : leaf)),
    )
    made.push({
      name,
      files: await makeLedger({ leaves: forged }),
      trust,
      verdict: 'not-ok',
      position: sealed + 1,
    })
  }
  return made
}

function edited(leaf: Leaf, edit: (json: string) => string): Leaf {
  const json = Buffer.from(leaf.bytes).toString('utf8')
  if (edit(json) === json) throw new Error('nothing was forged')
  return { entry: leaf.entry, bytes: text(edit(json)) }
}

async function ambiguousNotes({ leaves }: History): Promise<readonly Specimen[]> {
  const note = await checkpointOf(leaves)
  const [, lines = ''] = note.split('\n\n')
  const under = (checkpoint: string) => makeLedger({ leaves, checkpoint })
  return [
    {
      name: 'a checkpoint with its signature twice',
      files: await under(note + lines),
      trust,
      verdict: 'broken',
    },
    {
      name: 'a checkpoint that an unknown key signed twice',
      files: await under(`${note}\u2014 nobody AAAAAAAA\n\u2014 nobody AAAAAAAB\n`),
      trust,
      verdict: 'broken',
    },
    {
      name: 'proofs made long by the signature of nobody',
      files: await makeDossier({
        leaves,
        chosen: ofDossier,
        checkpoint: `${note}\u2014 nobody ${Buffer.alloc(52_500).toString('base64')}\n`,
      }),
      trust,
      verdict: 'broken',
    },
  ]
}

async function ambiguousDisclosures({ leaves }: History): Promise<readonly Specimen[]> {
  const at = leaves.findIndex(({ entry }) => entry.stream === `case-${dossier}`)
  const values: readonly (readonly [string, string, string])[] = [
    ['a disclosure with a member twice', '/content', '{"a":1,"a":2}'],
    ['a disclosure nested too deep', '/content', `${'['.repeat(2e4)}${']'.repeat(2e4)}`],
    ['a disclosure of a path that no entry can have', '/a.b', '1'],
    ['a disclosure of everything', '', '1'],
  ]
  return Promise.all(
    values.map(async ([name, path, value]): Promise<Specimen> => {
      const disclosure = Buffer.from(`["salt","${path}",${value}]`, 'utf8').toString('base64url')
      const digest = digestOf(disclosure)
      const forged = leaves.map((leaf, index) =>
        index === at ? remade(leaf, { c: { [path]: digest } }) : leaf,
      )
      const texts = [{ leaf: at, path, disclosure, digest }]
      return { name, files: await makeLedger({ leaves: forged, texts }), trust, verdict: 'broken' }
    }),
  )
}

/** The key of a hearing is trusted for seals; here it signs what only a log may. */
async function keysOutOfPlace({ leaves }: History): Promise<readonly Specimen[]> {
  const signer = ed25519Signer(`${origin}/hearing/${hearing}`, seeds.hearing)
  const own = leaves
    .filter(({ entry }) => entry.stream !== stream)
    .map((leaf) => remade(leaf, { ledger: signer.name }))
  const checkpoint = await checkpointOf(own, { signers: [signer], of: signer.name })
  const making = { leaves: own, checkpoint }
  return [
    {
      name: 'a ledger that the key of a hearing signed',
      files: await makeLedger(making),
      trust,
      verdict: 'not-ok',
      position: null,
    },
    {
      name: 'a dossier that the key of a hearing signed',
      files: await makeDossier({ ...making, chosen: ofDossier, hearings: {} }),
      trust,
      verdict: 'not-ok',
      position: null,
    },
  ]
}

async function otherEpochs({ leaves }: History): Promise<readonly Specimen[]> {
  const inEpoch = async (number: string, covered: readonly Leaf[]) => {
    const signer = ed25519Signer(`${origin}/epoch/${number}`, seeds.log)
    const note = await checkpointOf(covered, { signers: [signer], of: signer.name })
    return { note, keys: `${logSigner.vkey}\n${hearingVkey()}\n${signer.vkey}\n` }
  }
  const later = await inEpoch('2', leaves.slice(0, 9))
  const endless = await inEpoch('9007199254740993', leaves)
  return [
    {
      name: 'a ledger from before an epoch that is known already',
      files: await makeLedger({ leaves }),
      since: later.note,
      trust: later.keys,
      verdict: 'not-ok',
      position: null,
    },
    {
      name: 'an epoch of more than 2^53',
      files: await makeLedger({ leaves, checkpoint: endless.note }),
      trust: endless.keys,
      verdict: 'not-ok',
    },
    {
      name: 'a dossier since the empty ledger',
      files: await makeDossier({ leaves, chosen: ofDossier }),
      since: await checkpointOf([]),
      trust,
      verdict: 'ok',
    },
  ]
}
