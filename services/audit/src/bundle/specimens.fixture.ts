/**
 * Bundles with the verdict that every verifier must reach: good ones, and forgeries each named after its attack. Forged by
 * somebody who has the database and knows the format; who has a key as well, has it named.
 */
import { cosign, cosignerVkey } from '@wederhoor/ledger/cosignature'
import { ed25519Signer, publicKeyOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { dossier } from '../builders.ts'
import { ambiguousBundles } from './ambiguous.fixture.ts'
import { brokenBundles } from './broken.fixture.ts'
import { checkpointOf, type Files, inHearing, makeDossier, makeLedger } from './forge.fixture.ts'
import { forgedDossiers, forgedHearings } from './forged-dossiers.fixture.ts'
import { forgedLedgers } from './forged-ledgers.fixture.ts'
import { forks } from './forks.fixture.ts'
import {
  type History,
  hearingVkey,
  historyOf,
  type Leaf,
  logSigner,
  origin,
  otherHearing,
  replaced,
  seeds,
  trust,
} from './history.fixture.ts'

export interface Specimen {
  readonly name: string
  readonly files: Files
  /** What `--trust` is given. */
  readonly trust: string
  /** What `--since` is given. */
  readonly since?: string
  /** `broken`: has not the form of a bundle. */
  readonly verdict: 'ok' | 'not-ok' | 'broken'
  /** Of the first bad entry, from 1; null where no single one is to blame; left out where verifiers may differ. */
  readonly position?: number | null
}

const ofDossier = ({ entry }: Leaf): boolean => entry.dossier === dossier

/** The bundles of one history: 40 entries of the ledger, of the dossier, and of the hearing. */
export async function goodBundles() {
  const small = await historyOf({ hearing: 20, case: 12, elsewhere: 8 })
  const case40 = await historyOf({ hearing: 25, case: 15, elsewhere: 10 })
  const hearing40 = await historyOf({ hearing: 40, case: 10, elsewhere: 14 })
  const melder = hearing40.texts.slice(0, 1)
  return {
    small,
    case40,
    hearing40,
    ledger: await makeLedger({ leaves: small.leaves }),
    auditor: await makeDossier({ ...case40, chosen: ofDossier }),
    party: await makeDossier({
      ...hearing40,
      chosen: inHearing,
      served: hearing40.texts.slice(1),
      from: 17,
    }),
    otherParty: await makeDossier({ ...hearing40, chosen: inHearing, texts: melder }),
  }
}

export async function specimens(): Promise<readonly Specimen[]> {
  const good = await goodBundles()
  return [
    ...(await honest(good)),
    ...(await otherKeys(good)),
    ...(await forks(good)),
    ...(await forgedLedgers(good.small)),
    ...(await forgedHearings(good.hearing40)),
    ...(await forgedDossiers(good)),
    ...(await brokenBundles(good)),
    ...(await ambiguousBundles(good.small)),
  ]
}

export type Good = Awaited<ReturnType<typeof goodBundles>>

async function honest(good: Good): Promise<readonly Specimen[]> {
  const ok = { trust, verdict: 'ok' as const }
  const many = await historyOf({ hearing: 150, case: 100, elsewhere: 270 })
  const plus = signerWithPlus()
  const older = await checkpointOf(good.small.leaves.slice(0, 13))
  const epoch = ed25519Signer(`${origin}/epoch/2`, seeds.log)
  const newKey = ed25519Signer(origin, seeds.another)
  const [epochHead, rotated] = [
    await checkpointOf(good.small.leaves, { signers: [epoch], of: epoch.name }),
    await checkpointOf(good.small.leaves, { signers: [newKey, logSigner] }),
  ]
  const now = await checkpointOf(good.hearing40.leaves)
  return [
    { name: 'a ledger', files: good.ledger, ...ok },
    { name: 'a ledger since an older checkpoint', files: good.ledger, since: older, ...ok },
    {
      name: 'a ledger that brings its growth',
      files: await makeLedger({ ...good.small, from: 13 }),
      ...ok,
    },
    { name: 'a ledger of several tiles', files: await makeLedger(many), ...ok },
    { name: 'an empty ledger', files: await makeLedger({ leaves: [] }), ...ok },
    { name: 'a dossier for the auditor', files: good.auditor, ...ok },
    { name: 'a hearing for one party', files: good.party, ...ok },
    { name: 'a hearing for the other party', files: good.otherParty, ...ok },
    { name: 'a hearing since the same checkpoint', files: good.party, since: now, ...ok },
    {
      name: 'a hearing since an older checkpoint, with its proof',
      files: good.party,
      since: await checkpointOf(good.hearing40.leaves.slice(0, 17)),
      ...ok,
    },
    {
      name: 'a ledger whose key has a plus in its base64',
      files: await makeLedger({
        ...good.small,
        checkpoint: await checkpointOf(good.small.leaves, { signers: [plus] }),
      }),
      trust: `${plus.vkey}\n${hearingVkey()}\n`,
      verdict: 'ok',
    },
    {
      name: 'a ledger that a witness cosigned',
      files: await makeLedger({ ...good.small, checkpoint: await witnessed(good.small) }),
      ...ok,
      trust: `${trust}${witness.vkey}\n`,
    },
    {
      name: 'a dossier under a checkpoint that a witness cosigned',
      files: await makeDossier({
        ...good.case40,
        chosen: ofDossier,
        checkpoint: await witnessed(good.case40),
      }),
      ...ok,
      trust: `${trust}${witness.vkey}\n`,
    },
    {
      name: 'a hearing sealed after its key was first trusted, under the name of another hearing',
      files: good.party,
      trust: `${logSigner.vkey}\n${hearingVkey(otherHearing)}\n`,
      verdict: 'ok',
    },
    {
      name: 'a ledger in its second epoch, since a checkpoint of the first',
      files: await makeLedger({ ...good.small, checkpoint: epochHead, from: 13 }),
      trust: `${epoch.vkey}\n${trust}`,
      since: older,
      verdict: 'ok',
    },
    {
      name: 'a dossier in the second epoch of its ledger',
      files: await makeDossier({ ...good.small, checkpoint: epochHead, chosen: ofDossier }),
      trust: `${epoch.vkey}\n${trust}`,
      verdict: 'ok',
    },
    {
      name: 'a ledger while its key is exchanged, for whoever knows the old key',
      files: await makeLedger({ ...good.small, checkpoint: rotated }),
      ...ok,
    },
    {
      name: 'a ledger while its key is exchanged, for whoever knows both',
      files: await makeLedger({ ...good.small, checkpoint: rotated }),
      trust: `${newKey.vkey}\n${trust}`,
      verdict: 'ok',
    },
  ]
}

function signerWithPlus() {
  for (let byte = 10; ; byte += 1) {
    const signer = ed25519Signer(origin, new Uint8Array(32).fill(byte))
    if (signer.vkey.split('+').length > 3) return signer
  }
}

const witnessSeed = new Uint8Array(32).fill(7)
const witnessKey = {
  name: 'witness.test/one',
  seed: witnessSeed,
  publicKey: publicKeyOf(witnessSeed),
}
export const witness = { vkey: cosignerVkey(witnessKey.name, witnessKey.publicKey) }

export async function witnessed({ leaves }: Pick<History, 'leaves'>): Promise<string> {
  const note = await checkpointOf(leaves)
  const signed = note.slice(0, note.lastIndexOf('\n\n') + 1)
  return `${note}${cosign(signed, { ...witnessKey, at: 1_709_280_000 })}\n`
}

async function otherKeys(good: Good): Promise<readonly Specimen[]> {
  const bad = { trust, verdict: 'not-ok' as const, position: null }
  const forger = ed25519Signer(origin, seeds.another)
  const { leaves } = good.small
  const forged = replaced(leaves, 8)
  const other = await checkpointOf(forged, { signers: [forger] })
  const policy = `${forger.vkey}\n${hearingVkey()}\n`
  const access = ed25519Signer(`${origin}/access`, seeds.access)
  const byHearing = ed25519Signer(origin, seeds.hearing)
  return [
    {
      name: 'a ledger with an entry changed, all recomputed and signed by another key',
      files: await makeLedger({ leaves: forged, checkpoint: other, policy }),
      ...bad,
    },
    {
      name: 'a dossier with an entry changed, all recomputed and signed by another key',
      files: await makeDossier({ leaves: forged, checkpoint: other, policy, chosen: ofDossier }),
      ...bad,
    },
    {
      name: 'a foreign bundle: whole and good, of a log that nobody trusts here',
      files: good.ledger,
      ...bad,
      trust: `${vkeyOf('elsewhere.test/log', publicKeyOf(seeds.another))}\n`,
    },
    {
      name: 'a ledger under the checkpoint of another log, whose key is trusted too',
      files: await makeLedger({
        leaves,
        checkpoint: await checkpointOf(leaves, { signers: [access], of: `${origin}/access` }),
      }),
      ...bad,
      trust: `${trust}${access.vkey}\n`,
      position: 1,
    },
    {
      name: 'a ledger signed with the key of hearings',
      files: await makeLedger({
        leaves,
        checkpoint: await checkpointOf(leaves, { signers: [byHearing] }),
      }),
      ...bad,
    },
    {
      name: 'a ledger whose signature was copied from another checkpoint',
      files: await makeLedger({
        leaves,
        checkpoint: withSignatureOf(
          await checkpointOf(leaves),
          await checkpointOf(leaves.slice(1)),
        ),
      }),
      ...bad,
    },
  ]
}

const withSignatureOf = (note: string, other: string): string =>
  `${note.slice(0, note.lastIndexOf('\n\n'))}${other.slice(other.lastIndexOf('\n\n'))}`
