/** What happened on the way to a desk and behind its acceptance, counted in the ledger. */
const kinds = {
  escalatedOnTheWay: 'melding/HandoverEscalated',
  firstContacts: 'case/FirstContactMade',
  dangersReviewed: 'case/AcuteDangerReviewed',
  permits: 'case/PermitGranted',
  permissionsWithdrawn: 'case/PermissionWithdrawn',
  hearings: 'hearing/HearingPrepared',
  dispatched: 'hearing/DocumentDispatched',
  returned: 'hearing/DeliveryFailed',
  reminded: 'hearing/ReminderSent',
  answered: 'hearing/StatementReceived/respondent',
  replied: 'hearing/StatementReceived/melder',
  silent: 'hearing/SilenceRecorded/respondent',
  declined: 'hearing/HearingDeclined/respondent',
  reopened: 'hearing/HearingReopened',
  withheld: 'hearing/DocumentWithheld',
  skipped: 'hearing/RespondentSkipped',
  findings: 'hearing/FindingsMade',
  hearingsEnded: 'hearing/HearingEnded',
  referrals: 'referral/ReferralOffered',
  referralsWithheld: 'referral/ReferralWithheld',
  referralsAccepted: 'referral/ReferralAccepted',
  referralsRefused: 'referral/ReferralRefused',
  referralsOverdue: 'referral/ReferralOverdue',
  referralsRecalled: 'referral/ReferralRecalled',
  referralsDone: 'referral/ReferralDone',
  casesClosed: 'case/CaseClosed',
} as const

export type YearCounts = Readonly<Record<keyof typeof kinds, number>>

export const yearCounts = (entriesOf: ReadonlyMap<string, number>): YearCounts =>
  Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, entriesOf.get(kind) ?? 0]),
  ) as YearCounts
