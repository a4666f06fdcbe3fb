/** Forks: the operator itself forges, with the right key. Only what somebody knows from elsewhere shows them. */
import { ed25519Signer } from '@wederhoor/ledger/signed-note'
import { elsewhere } from '../builders.ts'
import { checkpointOf, inHearing, makeDossier, makeLedger } from './forge.fixture.ts'
import { origin, replaced, seeds, trust } from './history.fixture.ts'
import type { Good, Specimen } from './specimens.fixture.ts'

const text = (written: string): Uint8Array => Buffer.from(written, 'utf8')

export async function forks(good: Good): Promise<readonly Specimen[]> {
  const bad = { trust, verdict: 'not-ok' as const, position: null }
  const { leaves } = good.small
  const fork = replaced(leaves, 8)
  const shared = { since: await checkpointOf(leaves) }
  const heard = good.hearing40.leaves
  const forkedHearing = replaced(
    heard,
    heard.findIndex(({ entry }) => entry.dossier === elsewhere),
  )
  return [
    {
      name: 'a fork of the ledger at equal size, with the right key',
      files: await makeLedger({ leaves: fork }),
      ...shared,
      ...bad,
    },
    {
      name: 'a fork of the ledger that grew since, with the right key',
      files: await makeLedger({ leaves: fork }),
      since: await checkpointOf(leaves.slice(0, 20)),
      ...bad,
    },
    {
      name: 'an older checkpoint of the ledger than is known',
      files: await makeLedger({ leaves: leaves.slice(0, 30) }),
      ...shared,
      ...bad,
    },
    {
      name: 'a split view: this party saw another ledger of equal size than the other party',
      files: await makeDossier({ leaves: forkedHearing, chosen: inHearing }),
      since: await checkpointOf(heard),
      ...bad,
    },
    {
      name: 'an older checkpoint of a dossier than is known',
      files: good.party,
      since: await checkpointOf([...heard, ...leaves]),
      ...bad,
    },
    {
      name: 'a dossier that brings no proof since the known checkpoint',
      files: good.otherParty,
      since: await checkpointOf(heard.slice(0, 17)),
      ...bad,
    },
    {
      name: 'a known checkpoint that somebody else signed',
      files: good.ledger,
      since: await checkpointOf(leaves, { signers: [ed25519Signer(origin, seeds.another)] }),
      ...bad,
    },
    ...(await grown(good)),
  ]
}

/** Bundles that bring a proof of growth which is none. */
async function grown(good: Good): Promise<readonly Specimen[]> {
  const { leaves } = good.small
  const from = async (size: number) => makeLedger({ leaves, from: size })
  const thirteen = await from(13)
  const forged = async (name: string, path: string, bytes: Uint8Array | undefined) =>
    ({
      name,
      files: new Map([...thirteen, [path, bytes ?? text('')] as const]),
      trust,
      verdict: 'not-ok',
      position: null,
    }) as const
  const older = replaced(leaves, 8).slice(0, 13)
  const somebody = ed25519Signer(origin, seeds.another)
  const access = ed25519Signer(`${origin}/access`, seeds.access)
  const another = await checkpointOf(older, { signers: [access], of: `${origin}/access` })
  const consistency = Buffer.from(thirteen.get('log/consistency') ?? []).toString('utf8')
  const head = await checkpointOf(leaves)
  const twoSigned = head + (await checkpointOf(leaves, { signers: [access] })).split('\n\n')[1]
  const party = good.party
  return [
    await forged(
      'growth from a checkpoint that the ledger never had',
      'log/from.checkpoint',
      text(await checkpointOf(older)),
    ),
    await forged(
      'growth from a checkpoint that somebody else signed',
      'log/from.checkpoint',
      text(await checkpointOf(leaves.slice(0, 13), { signers: [somebody] })),
    ),
    {
      ...(await forged(
        'growth from a checkpoint of another log',
        'log/from.checkpoint',
        text(
          await checkpointOf(leaves.slice(0, 13), { signers: [access], of: `${origin}/access` }),
        ),
      )),
      trust: `${trust}${access.vkey}\n`,
    },
    {
      name: 'a known checkpoint of another log, whose key is trusted too',
      files: good.ledger,
      since: another,
      trust: `${trust}${access.vkey}\n`,
      verdict: 'not-ok',
      position: null,
    },
    await forged(
      'growth to another checkpoint than that of the bundle',
      'log/consistency',
      text(consistency.replace(head, twoSigned)),
    ),
    await forged(
      'growth that names another size than it is from',
      'log/consistency',
      text(consistency.replace('old 13\n', 'old 12\n')),
    ),
    await forged(
      'growth proved from another size',
      'log/consistency',
      (await from(12)).get('log/consistency'),
    ),
    {
      name: 'growth of a hearing bundle, proved from another size',
      files: new Map([
        ...party,
        [
          'log/from.checkpoint',
          text(await checkpointOf(good.hearing40.leaves.slice(0, 16))),
        ] as const,
      ]),
      trust,
      verdict: 'not-ok',
      position: null,
    },
  ]
}
