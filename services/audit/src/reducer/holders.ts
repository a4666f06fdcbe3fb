/**
 * Which entries change who holds a matter, by category of the stream and type. Audit knows these names and nothing else of
 * the services: a type that is not here changes no holder.
 */
export type Facts = Readonly<Record<string, unknown>>

export interface HolderChange {
  /** Office that holds it from here on; absent: the same one. */
  readonly office?: string
  /** Pseudonym of whoever is answerable within that office; null: nobody was named. */
  readonly person?: string | null
  /** False when the matter ended, true when it was opened again. */
  readonly open?: boolean
}

type Rule = (facts: Facts) => HolderChange

const officeIn =
  (field: string): Rule =>
  (facts) => ({ office: textOf(facts[field]), person: null, open: true })

const personIn =
  (field: string): Rule =>
  (facts) => ({ person: textOf(facts[field]) })

const rules: Readonly<Record<string, Rule>> = {
  'melding MeldingRegistered': () => ({ office: 'intake', person: null, open: true }),
  // Offered, refused, lapsed or escalated: intake still holds it. Only acceptance moves it.
  'melding HandoverAccepted': officeIn('desk'),
  'melding MeldingEnded': () => ({ open: false }),
  'case CaseOpened': (facts) => ({
    office: textOf(facts['desk']),
    person: textOf(facts['contactPerson']),
    open: true,
  }),
  'case ContactPersonChanged': personIn('contactPerson'),
  'case ContactPersonLeft': personIn('interim'),
  'case CaseClosed': () => ({ open: false }),
  'case CaseReopened': () => ({ open: true }),
  'case MelderErased': () => ({ open: false }),
  'hearing HearingEnded': () => ({ open: false }),
  'hearing HearingReopened': () => ({ open: true }),
  'mediation MediationEnded': () => ({ open: false }),
  'referral ReferralDrafted': officeIn('desk'),
  'referral PersonCalledTogether': officeIn('desk'),
  'referral ReferralAccepted': officeIn('partner'),
  'referral PersonPointed': () => ({ open: false }),
  'referral ReferralRefused': () => ({ open: false }),
  'referral ReferralDone': () => ({ open: false }),
  'referral ReferralRecalled': () => ({ open: false }),
  'referral ReferralDropped': () => ({ open: false }),
}

export function holderChange(category: string, type: string, facts: Facts): HolderChange | null {
  return rules[`${category} ${type}`]?.(facts) ?? null
}

/** Streams whose holder is the holder of the whole dossier; a hearing or a referral is a matter within it. */
export const carriesDossier = (category: string): boolean =>
  category === 'melding' || category === 'case'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : 'unknown')
