/**
 * The certificate of an erasure: what was erased and when, what was not reached, which open facts stay, and a proof that
 * the fact stands in the ledger. It is said in Dutch to the person and in English to whoever checks it.
 */
import type { Position } from '@wederhoor/event-store/port'
import { parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { inclusionProof } from '@wederhoor/ledger/proof'
import { formatProofFile } from '@wederhoor/ledger/proof-file'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import type { ErasureOf } from './domain/erasure/state.ts'

type Done = ErasureOf<'erased' | 'completed' | 'final'>

/** Plain sentences; none holds anything about the person. */
export function statementOf(state: Done) {
  const { digests, erasedAt } = state
  const live = state.status === 'erased' ? null : state.completedAt
  const final = state.status === 'final' ? state.finalAt : null
  const due = state.status === 'completed' ? state.finalDueAt : null
  // Only the end of the backups can still be incomplete by then.
  const late = state.status === 'completed' && state.incomplete !== undefined
  return {
    nl: [
      `Op ${erasedAt} is vastgelegd dat ${digests} stukjes inhoud van deze persoon in dit dossier zijn gewist; sindsdien kan er niets meer bij.`,
      live === null
        ? 'De systemen die in gebruik zijn, zijn nog niet helemaal leeg.'
        : `Sinds ${live} staat er niets meer van in de systemen die in gebruik zijn.`,
      ...(due === null
        ? []
        : [
            late
              ? `Een reservekopie kan het nog bevatten: de sleutel daarvan is na ${due} nog niet vernietigd.`
              : `Een reservekopie kan het nog bevatten; uiterlijk na ${due} is het ook daar niet meer te openen.`,
          ]),
      ...(final === null
        ? []
        : [`Op ${final} is ook de sleutel vernietigd waarmee een reservekopie te openen was.`]),
      'Niet bereikt: brieven die verstuurd zijn, wat aan een ander is doorgegeven, en bewijsstukken die iemand eerder heeft meegekregen.',
      'Wat een ander over deze persoon schreef of vertelde, staat onder die ander en blijft.',
      'Was de melding al geteld, dan blijft ze geteld: los van het dossier en van de persoon.',
      'Wat blijft staan zijn willekeurige nummers, codes en tijden zonder woorden over de persoon: pseudonieme gegevens, geen anonieme.',
    ],
    en: [
      `On ${erasedAt} it was recorded that ${digests} pieces of content of this person in this dossier are erased; nothing can be added since.`,
      live === null
        ? 'The systems in use are not quite empty of it yet.'
        : `Since ${live} nothing of it is left in the systems in use.`,
      ...(due === null
        ? []
        : [
            late
              ? `A backup may still hold it: the key to it was due by ${due} and has not been destroyed yet.`
              : `A backup may still hold it; after ${due} at the latest it cannot be opened there either.`,
          ]),
      ...(final === null
        ? []
        : [`On ${final} the key that could open a backup of it was destroyed as well.`]),
      'Not reached: letters that were sent, what was passed on to others, and bundles of evidence that somebody was given before.',
      'What somebody else wrote or told about this person stands under that other person, and stays.',
      'A report that was counted already stays counted, apart from the dossier and the person.',
      'What stays are random ids, codes and times without a word about the person: pseudonymous facts, not anonymous ones.',
    ],
  }
}

/**
 * `.tlog-proof` of an entry under the newest checkpoint, witnessed where there is one of its size; undefined while no
 * checkpoint covers it yet (a second, in normal life).
 */
export async function proofOf(
  tiles: Pick<TileStorage, 'readCheckpoint' | 'readTile'>,
  position: Position,
): Promise<string | undefined> {
  // Leaf index = position − 1, for ever.
  const index = Number(position) - 1
  for (const kind of ['witnessed', 'integrated'] as const) {
    const checkpoint = await tiles.readCheckpoint(kind)
    if (checkpoint === undefined) continue
    const { size } = parseCheckpoint(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1))
    if (size <= index) continue
    const hashes = await inclusionProof(tileHashReader(tiles, size), { index, size })
    return formatProofFile({ index, hashes, checkpoint })
  }
  return undefined
}
