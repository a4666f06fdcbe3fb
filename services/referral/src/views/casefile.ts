/**
 * What referral knows of cases, for authorisation, and which referrals a dossier may have. The second is written before
 * the first entry of a referral, so that a withdrawal reaches also what the read model has not caught up with.
 */
import type { CasePublished } from '@wederhoor/contracts/events/case'
import type { Digest } from '@wederhoor/vault/fields'
import type { Pool, PoolClient } from 'pg'

export interface Casefile {
  readonly dossier: string
  readonly desk: string
  readonly melder: string
  readonly open: boolean
}

export interface BegunReferral {
  readonly referral: string
  readonly partner: string
  readonly requests: readonly string[]
}

/** Applies what case says, inside the consumer's transaction. */
export async function evolveCasefile(event: CasePublished, tx: PoolClient): Promise<void> {
  const { dossier } = event
  switch (event.name) {
    case 'case-opened':
      await tx.query(
        `INSERT INTO referral.casefile (dossier, desk, melder, open) VALUES ($1, $2, $3, true)
         ON CONFLICT (dossier) DO UPDATE SET desk = excluded.desk, melder = excluded.melder`,
        [dossier, event.desk, event.melder],
      )
      return
    case 'case-closed':
    case 'case-reopened':
      await tx.query('UPDATE referral.casefile SET open = $2 WHERE dossier = $1', [
        dossier,
        event.name === 'case-reopened',
      ])
      return
    case 'permission-given':
      if (event.act !== 'refer-with-data') return
      await tx.query(
        'INSERT INTO referral.permission (permission, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [event.permission, event.digest],
      )
      return
    case 'contact-person-changed':
    case 'permission-withdrawn':
    case 'permit-granted':
    case 'permit-refused':
    case 'permit-cancelled':
    case 'erasure-refused':
    case 'party-erased':
  }
}

export function casefiles(db: Pool) {
  return {
    async of(dossier: string): Promise<Casefile | undefined> {
      const { rows } = await db.query<Casefile>(
        'SELECT dossier, desk, melder, open FROM referral.casefile WHERE dossier = $1',
        [dossier],
      )
      return rows[0]
    },
    /** Durable on return; asked twice adds nothing. */
    async begin(begun: {
      readonly referral: string
      readonly dossier: string
      readonly partner: string
    }): Promise<void> {
      await db.query(
        'INSERT INTO referral.begun (referral, dossier, partner) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [begun.referral, begun.dossier, begun.partner],
      )
    },
    /** Durable on return; asked twice adds nothing. */
    async ask(asked: { readonly request: string; readonly referral: string }): Promise<void> {
      await db.query(
        'INSERT INTO referral.permit_request (request, referral) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [asked.request, asked.referral],
      )
    },
    /** Read through `tx`, on the connection that a consumer has in hand anyway. */
    async begunOf(dossier: string, tx: PoolClient): Promise<readonly BegunReferral[]> {
      const { rows } = await tx.query<BegunReferral>(
        `SELECT referral, partner, array(SELECT request::text FROM referral.permit_request
           WHERE permit_request.referral = begun.referral) AS requests
         FROM referral.begun WHERE dossier = $1 ORDER BY referral`,
        [dossier],
      )
      return rows
    },
    /** The text that a withdrawn permission was for; undefined for other events, and where it was never heard. */
    async digestOf(event: CasePublished, tx: PoolClient): Promise<Digest | undefined> {
      if (event.name !== 'permission-withdrawn') return undefined
      const { rows } = await tx.query<{ digest: Digest }>(
        'SELECT digest FROM referral.permission WHERE permission = $1',
        [event.permission],
      )
      return rows[0]?.digest
    },
  }
}

export type Casefiles = ReturnType<typeof casefiles>
