/**
 * What is asked of the read models: the referrals of a dossier, what was offered to a partner, what escalated, which
 * covenants there are, and how long each step takes. A list never opens anything.
 */
import type { Pool } from 'pg'

export interface ReferralRow {
  readonly referral: string
  readonly dossier: string
  readonly desk: string
  readonly partner: string
  readonly form: string
  readonly status: string
  readonly why: string | null
  readonly opened: boolean
  readonly outcome: string | null
  readonly seenDueAt: string | null
  readonly acceptDueAt: string | null
  readonly contactDueAt: string | null
  readonly feedbackDueAt: string | null
  readonly begunAt: string
  readonly offeredAt: string | null
  readonly seenAt: string | null
  readonly acceptedAt: string | null
  readonly contactAt: string | null
  readonly doneAt: string | null
}

export interface EscalationRow {
  readonly referral: string
  readonly what: string
  readonly dossier: string
  readonly partner: string
  readonly raisedAt: string
}

export interface CovenantRow {
  readonly covenant: string
  readonly version: number
  readonly partners: readonly string[]
  readonly desks: readonly string[]
  readonly purpose: string
  readonly fields: readonly string[]
  readonly validFrom: string
  readonly validUntil: string
  readonly revoked: boolean
}

/** Time lost on the way to a partner, in hours, over referrals that came so far (WED-13). */
export interface RouteTimes {
  readonly partner: string
  readonly form: string
  readonly offered: number
  readonly accepted: number
  readonly done: number
  readonly hoursToSeen: number | null
  readonly hoursToAccepted: number | null
  readonly hoursToContact: number | null
  readonly hoursToDone: number | null
}

/** ISO 8601 in UTC with milliseconds. */
const instant = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const instants = {
  seenDueAt: 'seen_due_at',
  acceptDueAt: 'accept_due_at',
  contactDueAt: 'contact_due_at',
  feedbackDueAt: 'feedback_due_at',
  begunAt: 'begun_at',
  offeredAt: 'offered_at',
  seenAt: 'seen_at',
  acceptedAt: 'accepted_at',
  contactAt: 'contact_at',
  doneAt: 'done_at',
} as const

const referralColumns = `referral, dossier, desk, partner, form, status, why, opened, outcome, ${Object.entries(
  instants,
)
  .map(([name, column]) => `${instant(column)} AS "${name}"`)
  .join(', ')}`

const median = (from: string, to: string) =>
  `round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from}))
     FILTER (WHERE ${to} IS NOT NULL AND ${from} IS NOT NULL) / 3600)::numeric, 1)::float8`

export function referralViews(db: Pool) {
  const rows = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await db.query<Row>(text, [...values])).rows as readonly Row[]
  return {
    ofDossier: (dossier: string) =>
      rows<ReferralRow>(
        `SELECT ${referralColumns} FROM referral.referral WHERE dossier = $1 ORDER BY begun_at, referral LIMIT 200`,
        [dossier],
      ),
    /** What was ever offered to an organisation, what waits longest first; ended ones last. */
    offeredTo: (partner: string) =>
      rows<ReferralRow>(
        `SELECT ${referralColumns} FROM referral.referral WHERE partner = $1 AND offered_at IS NOT NULL
         ORDER BY status IN ('refused', 'recalled', 'done'), offered_at, referral LIMIT 200`,
        [partner],
      ),
    /** What nobody at that layer has taken up yet, the oldest first. */
    escalations: (layer: string) =>
      rows<EscalationRow>(
        `SELECT referral, what, dossier, partner, ${instant('raised_at')} AS "raisedAt" FROM referral.escalation
         WHERE layer = $1 AND taken_up_at IS NULL ORDER BY raised_at, referral, what LIMIT 200`,
        [layer],
      ),
    covenants: () =>
      rows<CovenantRow>(
        `SELECT covenant, version, partners, desks, purpose, fields, valid_from::text AS "validFrom",
           valid_until::text AS "validUntil", revoked
         FROM referral.covenant ORDER BY valid_from, covenant`,
      ),
    covenantsWith: async (partner: string): Promise<readonly string[]> =>
      (
        await rows<{ covenant: string }>(
          'SELECT covenant FROM referral.covenant WHERE $1 = ANY(partners) ORDER BY revoked, valid_from DESC',
          [partner],
        )
      ).map((row) => row.covenant),
    /** Only routes with at least `smallestGroup` referrals: below that a figure points at somebody. */
    routeTimes: (smallestGroup: number) =>
      rows<RouteTimes>(
        `SELECT partner, form, count(offered_at)::int AS offered, count(accepted_at)::int AS accepted,
           count(done_at)::int AS done,
           ${median('offered_at', 'seen_at')} AS "hoursToSeen",
           ${median('offered_at', 'accepted_at')} AS "hoursToAccepted",
           ${median('accepted_at', 'contact_at')} AS "hoursToContact",
           ${median('accepted_at', 'done_at')} AS "hoursToDone"
         FROM referral.referral WHERE offered_at IS NOT NULL
         GROUP BY partner, form HAVING count(*) >= $1 ORDER BY partner, form`,
        [smallestGroup],
      ),
  }
}

export type ReferralViews = ReturnType<typeof referralViews>
