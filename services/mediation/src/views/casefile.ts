/** What mediation knows of a dossier: who holds it and who the melder is, and what has begun here. */
import type { CasePublished } from '@wederhoor/contracts/events/case'
import type { anonymityChanged } from '@wederhoor/contracts/events/intake'
import type { PublishedOf } from '@wederhoor/contracts/published'
import { checkedOut } from '@wederhoor/event-store/checked-out'
import type { Pool, PoolClient } from 'pg'
import type { Anonymity, PartyId } from '../domain/events.ts'

export interface Casefile {
  readonly dossier: string
  readonly desk: string
  readonly melder: PartyId
  readonly contactPerson: string
  readonly anonymity: Anonymity
  readonly open: boolean
}

/** Applies what case and intake say, inside the consumer's transaction. */
export async function evolveCasefile(
  event: CasePublished | PublishedOf<typeof anonymityChanged>,
  tx: PoolClient,
): Promise<void> {
  const { dossier } = event
  switch (event.name) {
    case 'case-opened':
      await tx.query(
        `INSERT INTO mediation.casefile (dossier, desk, melder, contact_person, anonymity)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (dossier) DO NOTHING`,
        [dossier, event.desk, event.melder, event.contactPerson, event.anonymity],
      )
      return
    case 'contact-person-changed':
      await tx.query('UPDATE mediation.casefile SET contact_person = $2 WHERE dossier = $1', [
        dossier,
        event.contactPerson,
      ])
      return
    case 'case-closed':
    case 'case-reopened':
      await tx.query('UPDATE mediation.casefile SET open = $2 WHERE dossier = $1', [
        dossier,
        event.name === 'case-reopened',
      ])
      return
    case 'anonymity-changed':
      await tx.query(heldUntilTheEnd, [dossier])
      await tx.query(
        `INSERT INTO mediation.anonymity (dossier, anonymity) VALUES ($1, $2)
         ON CONFLICT (dossier) DO UPDATE SET anonymity = excluded.anonymity`,
        [dossier, event.anonymity],
      )
      return
    case 'permission-given':
    case 'permission-withdrawn':
    case 'permit-granted':
    case 'permit-refused':
    case 'permit-cancelled':
    case 'erasure-refused':
    case 'party-erased':
  }
}

/** Whoever reads the anonymity under it sees what is being written down, and whoever writes finds what was begun before. */
const heldUntilTheEnd = `SELECT pg_advisory_xact_lock(hashtextextended('mediation.anonymity ' || $1, 0))`

interface Row {
  readonly dossier: string
  readonly desk: string
  readonly melder: PartyId
  readonly contact_person: string
  readonly anonymity: Anonymity
  readonly open: boolean
}

export function casefiles(db: Pool) {
  return {
    async of(dossier: string): Promise<Casefile | undefined> {
      const { rows } = await db.query<Row>(
        `SELECT dossier, desk, melder, contact_person, coalesce(a.anonymity, c.anonymity) AS anonymity, open
         FROM mediation.casefile c LEFT JOIN mediation.anonymity a USING (dossier) WHERE dossier = $1`,
        [dossier],
      )
      const [row] = rows
      if (row === undefined) return undefined
      const { contact_person, ...rest } = row
      return { ...rest, contactPerson: contact_person }
    },
    /** After whatever change of it is being written down now; undefined where nothing is known of the dossier. */
    async settledAnonymity(dossier: string): Promise<Anonymity | undefined> {
      return checkedOut(db, async (tx) => {
        await tx.query('BEGIN')
        await tx.query(heldUntilTheEnd, [dossier])
        const { rows } = await tx.query<Pick<Row, 'anonymity'>>(
          `SELECT coalesce(a.anonymity, c.anonymity) AS anonymity
           FROM mediation.casefile c LEFT JOIN mediation.anonymity a USING (dossier) WHERE dossier = $1`,
          [dossier],
        )
        await tx.query('COMMIT')
        return rows[0]?.anonymity
      })
    },
    /** Durable on return; asked twice adds nothing. */
    async begin(begun: {
      readonly id: string
      readonly kind: 'hearing' | 'mediation'
      readonly dossier: string
    }): Promise<void> {
      await db.query(
        'INSERT INTO mediation.begun (id, kind, dossier) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [begun.id, begun.kind, begun.dossier],
      )
    },
    /** Durable on return; asked twice adds nothing. */
    async ask(asked: { readonly request: string; readonly hearing: string }): Promise<void> {
      await db.query(
        'INSERT INTO mediation.permit_request (request, hearing) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [asked.request, asked.hearing],
      )
    },
    /** The dossier under which something was begun; undefined for what never was. */
    async dossierOf(id: string, kind: 'hearing' | 'mediation'): Promise<string | undefined> {
      const { rows } = await db.query<{ dossier: string }>(
        'SELECT dossier FROM mediation.begun WHERE id = $1 AND kind = $2',
        [id, kind],
      )
      return rows[0]?.dossier
    },
    /** All that may stand in the ledger of a dossier. */
    async ownOf(dossier: string) {
      const { rows } = await db.query<{ id: string; kind: string; requests: string[] }>(
        `SELECT id, kind, array(SELECT request::text FROM mediation.permit_request
           WHERE permit_request.hearing = begun.id) AS requests
         FROM mediation.begun WHERE dossier = $1 ORDER BY id`,
        [dossier],
      )
      const hearings = rows.filter((one) => one.kind === 'hearing')
      const mediations = rows.filter((one) => one.kind === 'mediation')
      return {
        hearings: hearings.map(({ id, requests }) => ({ hearing: id, requests })),
        mediations: mediations.map(({ id }) => id),
      }
    },
  }
}

export type Casefiles = ReturnType<typeof casefiles>
