/** How each entry changes the read models. They hold codes and instants, never content. */
import type { Recorded } from '@wederhoor/decider/handler'
import type { PoolClient } from 'pg'
import type { CovenantEvent, ReferralEvent } from '../domain/events.ts'

/** Applies one entry of a referral inside the projection's transaction. */
export async function evolveReferralViews(
  { event, entry }: Recorded<ReferralEvent>,
  tx: PoolClient,
): Promise<void> {
  const { dossier } = entry
  if (dossier === null) return
  const referral = entry.stream.slice('referral-'.length)
  const set = (columns: Readonly<Record<string, unknown>>) => update(tx, referral, columns)
  const begin = (
    form: string,
    status: string,
    begun: { partner: string; desk: string; at: string },
  ) => insert(tx, { referral, dossier, form, status, ...begun })
  switch (event.type) {
    case 'PersonPointed':
      return begin('told', 'pointed', event)
    case 'PersonCalledTogether':
      await begin('called-together', 'offered', event)
      return set({ offered_at: event.at, accept_due_at: event.acceptDueAt })
    case 'ReferralDrafted':
      return begin('with-data', 'drafted', event)
    case 'ReferralWithheld':
      await begin('with-data', 'withheld', event)
      return set({ why: event.why })
    case 'PermitRequested':
      await tx.query(
        'INSERT INTO referral.permit_request (request, referral) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [event.request, referral],
      )
      return set({ status: 'permit-requested', why: null })
    case 'PermitReceived':
      return set({ status: 'permitted' })
    case 'PermitRefused':
      return set({ status: 'drafted', why: event.reason })
    case 'PermitCancelled':
    case 'OfferWithheld':
      return set({ status: 'drafted', why: event.why })
    case 'ReferralOffered': {
      const { at, seenDueAt, acceptDueAt } = event
      return set({
        status: 'offered',
        why: null,
        offered_at: at,
        seen_due_at: seenDueAt,
        accept_due_at: acceptDueAt,
      })
    }
    case 'ReferralSeen':
      return set({ status: 'seen', opened: true, seen_at: event.at, seen_due_at: null })
    case 'ReferralAccepted':
      return set({
        status: 'accepted',
        accepted_at: event.at,
        ...noDue,
        contact_due_at: event.contactDueAt,
        feedback_due_at: event.feedbackDueAt,
      })
    case 'ContactMade':
      return set({ status: 'contacted', contact_at: event.at, contact_due_at: null })
    case 'ReferralRefused':
      return set({ status: 'refused', why: event.reason, ...noDue })
    case 'ReferralDone':
      return set({ status: 'done', done_at: event.at, outcome: event.outcome, ...noDue })
    case 'ReferralRecalled':
      return set({ status: 'recalled', why: event.why, ...noDue })
    case 'ReferralDropped':
      return set({ status: 'dropped', why: event.why })
    case 'ReferralDetached':
      return set({ why: 'case-closed', ...noDue })
    case 'ReferralOverdue':
      return escalate(tx, { ...event, dossier, what: event.step })
    case 'StuckCaseRaised':
      return escalate(tx, { ...event, dossier, what: 'stuck' })
    case 'EscalationTakenUp':
      await tx.query(
        'UPDATE referral.escalation SET taken_up_at = $3 WHERE referral = $1 AND what = $2',
        [referral, event.what, event.at],
      )
  }
}

const noDue = {
  seen_due_at: null,
  accept_due_at: null,
  contact_due_at: null,
  feedback_due_at: null,
}

async function insert(
  tx: PoolClient,
  row: {
    readonly referral: string
    readonly dossier: string
    readonly desk: string
    readonly partner: string
    readonly form: string
    readonly status: string
    readonly at: string
  },
): Promise<void> {
  const { referral, dossier, desk, partner, form, status, at } = row
  await tx.query(
    'INSERT INTO referral.begun (referral, dossier, partner) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [referral, dossier, partner],
  )
  await tx.query(
    `INSERT INTO referral.referral (referral, dossier, desk, partner, form, status, begun_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [referral, dossier, desk, partner, form, status, at],
  )
}

async function update(
  tx: PoolClient,
  referral: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  const changes = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`)
  await tx.query(`UPDATE referral.referral SET ${changes.join(', ')} WHERE referral = $1`, [
    referral,
    ...Object.values(columns),
  ])
}

/** A partner that raises the same matter again is heard again. */
async function escalate(
  tx: PoolClient,
  row: {
    readonly referral: string
    readonly what: string
    readonly dossier: string
    readonly partner: string
    readonly to: string
    readonly at: string
  },
): Promise<void> {
  const { referral, what, dossier, partner, to, at } = row
  await tx.query(
    `INSERT INTO referral.escalation (referral, what, dossier, partner, layer, raised_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (referral, what) DO UPDATE SET raised_at = excluded.raised_at, taken_up_at = NULL`,
    [referral, what, dossier, partner, to, at],
  )
}

/** Applies one entry of a covenant inside the projection's transaction. */
export async function evolveCovenantView(
  { event }: Recorded<CovenantEvent>,
  tx: PoolClient,
): Promise<void> {
  if (event.type === 'CovenantRevoked') {
    await tx.query('UPDATE referral.covenant SET revoked = true WHERE covenant = $1', [
      event.covenant,
    ])
    return
  }
  const { covenant, version, partners, desks, purpose, fields, validFrom, validUntil } = event
  await tx.query(
    `INSERT INTO referral.covenant
       (covenant, version, partners, desks, purpose, fields, valid_from, valid_until, revoked)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false)
     ON CONFLICT (covenant) DO UPDATE SET version = excluded.version, partners = excluded.partners,
       desks = excluded.desks, purpose = excluded.purpose, fields = excluded.fields,
       valid_from = excluded.valid_from, valid_until = excluded.valid_until`,
    [covenant, version, partners, desks, purpose, fields, validFrom, validUntil],
  )
}
