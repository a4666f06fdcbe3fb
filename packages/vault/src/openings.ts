/** "Who saw my file": what the access log holds of one dossier. Names nobody; whom it is about is shown less still. */
import { dateOf } from '@wederhoor/calendar/instants'
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import { decodeEntry, type Entry } from '@wederhoor/ledger/entry'
import { z } from 'zod'
import type { Vault } from './port.ts'

export const openingSchema = z.object({
  kind: z.enum(['opened', 'denied']),
  at: z.iso.datetime(),
  purpose: z.string().describe('A code of the list of purposes.'),
  role: z
    .string()
    .describe('In what role somebody read or wanted to: never who. Several are joined by a plus.'),
  pieces: z.int().describe('How many pieces of content were opened; 0 where somebody was refused.'),
  reason: z
    .string()
    .nullable()
    .describe('The rule that refused, a code; null where something was opened.'),
})
export type Opening = z.infer<typeof openingSchema>

/** What the person themselves is shown: days and purposes. A moment or a role would point at somebody of staff. */
export const shownOpeningSchema = z.object({
  kind: openingSchema.shape.kind,
  on: z.iso.date().describe('The day, in Europe/Amsterdam.'),
  purpose: openingSchema.shape.purpose,
  pieces: openingSchema.shape.pieces,
})

export const shown = (openings: readonly Opening[]): z.infer<typeof shownOpeningSchema>[] =>
  openings.map(({ kind, at, purpose, pieces }) => ({ kind, on: dateOf(at), purpose, pieces }))

export interface Openings {
  /**
   * Oldest first. With `party`: each opening of content that this party owns, counted without what others own, and each
   * refusal in the dossier, which says what else is going on in it: `without-refusals` is for a party whom the dossier is
   * not about. Without a party: all of them. Works after an erasure; content whose row was lost has no owner and
   * counts for nobody.
   * @throws StoreError unavailable, VaultError unavailable.
   */
  of(
    dossier: string,
    party?: string,
    which?: 'all' | 'without-refusals',
  ): Promise<readonly Opening[]>
}

/** @param parts.index of the access log. */
export function openings(parts: {
  readonly index: Pick<DossierIndex, 'read'>
  readonly vault: Pick<Vault, 'ownersOf'>
}): Openings {
  return {
    async of(dossier, party, which = 'all') {
      const entries = (await parts.index.read(dossier)).map(({ bytes }) => decodeEntry(bytes))
      const owners =
        party === undefined
          ? new Map<string, string>()
          : await parts.vault.ownersOf(dossier, entries.flatMap(commitmentsOf))
      return entries
        .flatMap((entry) => openingIn(entry, party, owners) ?? [])
        .filter(({ kind }) => which === 'all' || kind === 'opened')
        .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    },
  }
}

function openingIn(
  entry: Entry,
  party: string | undefined,
  owners: ReadonlyMap<string, string>,
): Opening | undefined {
  const { type, data, actor, occurredAt: at } = entry
  const said = { at, purpose: String(data['purpose']), role: actor.role }
  if (type === 'AccessDenied')
    return { kind: 'denied', ...said, pieces: 0, reason: String(data['reason']) }
  if (type !== 'ContentOpened') return undefined
  const opened = commitmentsOf(entry).filter(
    (commitment) => party === undefined || owners.get(commitment) === party,
  )
  if (opened.length === 0) return undefined
  return { kind: 'opened', ...said, pieces: opened.length, reason: null }
}

function commitmentsOf({ type, data }: Entry): readonly string[] {
  const found = type === 'ContentOpened' ? data['commitments'] : undefined
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
}
