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
    {
      name: 'growth from a checkpoint that the ledger never had',
      files: new Map([
        ...(await makeLedger({ leaves, from: 13 })),
        ['log/from.checkpoint', text(await checkpointOf(fork.slice(0, 13)))] as const,
      ]),
      ...bad,
    },
  ]
}
