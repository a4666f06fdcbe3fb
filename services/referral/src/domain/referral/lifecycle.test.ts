/** Every state against every command: a missing cell does not compile. */
import { fold } from '@wederhoor/decider/decider'
import { describe, expect, test } from 'vitest'
import type { ReferralEvent } from '../events.ts'
import * as build from './builders.ts'
import type { ReferralCommand, ReferralRejection } from './commands.ts'
import { referralDecider } from './referral.ts'
import type { ReferralStatus } from './state.ts'

const context = build.context()
const at = build.start

const overdue: ReferralEvent = {
  type: 'ReferralOverdue',
  referral: build.referral,
  partner: build.huisarts,
  step: 'seen',
  dueAt: build.seenDueAt,
  to: build.national,
  at,
}
const {
  content: _content,
  covenant: _covenant,
  covenantVersion: _version,
  ...about
} = build.drafted()

const histories: Readonly<Record<ReferralStatus, readonly ReferralEvent[]>> = {
  unknown: [],
  pointed: [build.pointed],
  withheld: [{ ...about, type: 'ReferralWithheld', why: 'fields-beyond-minimum' }],
  drafted: build.toDraft,
  'permit-requested': build.toRequest,
  permitted: build.toPermit,
  offered: build.toOffer,
  seen: build.toSeen,
  accepted: build.toAccepted,
  contacted: build.toContacted,
  refused: build.toRefused,
  done: build.toDone,
  recalled: build.toRecalled,
  dropped: [...build.toDraft, { type: 'ReferralDropped', why: 'by-sender', at }],
}

type Asked = ReferralCommand['type'] | 'TakeBack'
const commands: Readonly<Record<Asked, ReferralCommand>> = {
  PointPerson: build.point({ partner: build.partner('crm') }),
  CallTogether: build.call(),
  DraftReferral: build.draftIt({ content: build.sealed('another'), partner: build.partner('crm') }),
  RequestPermit: build.askPermit(2),
  ReceivePermit: build.receive(),
  ReceivePermitRefusal: {
    type: 'ReceivePermitRefusal',
    request: build.request(),
    reason: build.permitRefusal('no-permission'),
    context,
  },
  CancelPermit: { type: 'CancelPermit', request: build.request(), context },
  OfferReferral: build.offerIt(),
  SeeReferral: build.see(),
  AcceptReferral: build.acceptIt(),
  RefuseReferral: build.refuseIt(build.partnerOf(), 'buiten-taak'),
  RecordContact: build.contact(),
  ReportBack: build.report(build.partnerOf(), 'anders'),
  WithdrawReferral: build.withdraw('case-closed'),
  TakeBack: build.takeBack(),
  RaiseStuckCase: {
    type: 'RaiseStuckCase',
    organisation: build.huisarts,
    text: build.sealed('stuck'),
    to: build.national,
    context,
  },
  TakeUpEscalation: { type: 'TakeUpEscalation', what: 'seen', context },
  DeadlineReached: {
    type: 'DeadlineReached',
    deadline: 'seen',
    dueAt: build.seenDueAt,
    to: build.national,
    context,
  },
}

/** `+` is accepted with events, `-` is accepted and adds nothing, anything else is the reason of the refusal. */
type Cell = '+' | '-' | ReferralRejection['reason']
type Row = Readonly<Record<Asked, Cell>>

const begun = {
  PointPerson: 'already-begun',
  CallTogether: 'already-begun',
  DraftReferral: 'already-begun',
} as const
const notTheirs = {
  SeeReferral: 'not-offered-to-this-organisation',
  AcceptReferral: 'not-offered-to-this-organisation',
  RefuseReferral: 'not-offered-to-this-organisation',
  RecordContact: 'not-offered-to-this-organisation',
  ReportBack: 'not-offered-to-this-organisation',
  RaiseStuckCase: 'not-offered-to-this-organisation',
} as const
const noPermit = {
  RequestPermit: 'not-a-draft',
  ReceivePermit: 'permit-does-not-match',
  ReceivePermitRefusal: 'permit-does-not-match',
  CancelPermit: '-',
  OfferReferral: 'no-live-permit',
} as const
/** Its permit was used up by an offer. */
const wentOut = { ...noPermit, ReceivePermit: '-', OfferReferral: '-' } as const
const quiet = {
  WithdrawReferral: '-',
  TakeBack: 'not-out',
  TakeUpEscalation: 'nothing-to-take-up',
  DeadlineReached: '-',
} as const
const notOut = {
  SeeReferral: 'not-out',
  AcceptReferral: 'not-out',
  RefuseReferral: 'not-out',
  RecordContact: 'not-out',
  ReportBack: 'not-out',
  RaiseStuckCase: 'not-out',
} as const
const withDraft = {
  ...begun,
  ...notTheirs,
  ...quiet,
  RequestPermit: '+',
  WithdrawReferral: '+',
  TakeBack: '+',
} as const
const out = {
  ...begun,
  ...wentOut,
  ...quiet,
  SeeReferral: '-',
  WithdrawReferral: '+',
  RaiseStuckCase: '+',
} as const

const table: Readonly<Record<ReferralStatus, Row>> = {
  unknown: {
    PointPerson: '+',
    CallTogether: '+',
    DraftReferral: '+',
    RequestPermit: 'no-such-referral',
    ReceivePermit: 'no-such-referral',
    ReceivePermitRefusal: 'no-such-referral',
    CancelPermit: 'no-such-referral',
    OfferReferral: 'no-such-referral',
    SeeReferral: 'no-such-referral',
    AcceptReferral: 'no-such-referral',
    RefuseReferral: 'no-such-referral',
    RecordContact: 'no-such-referral',
    ReportBack: 'no-such-referral',
    WithdrawReferral: 'no-such-referral',
    TakeBack: 'no-such-referral',
    RaiseStuckCase: 'no-such-referral',
    TakeUpEscalation: 'no-such-referral',
    DeadlineReached: 'no-such-referral',
  },
  pointed: { ...begun, ...noPermit, ...notTheirs, ...quiet },
  withheld: { ...begun, ...noPermit, ...notTheirs, ...quiet },
  drafted: { ...noPermit, ...withDraft },
  'permit-requested': {
    ...noPermit,
    ...withDraft,
    ReceivePermit: '+',
    ReceivePermitRefusal: '+',
    CancelPermit: '+',
  },
  permitted: {
    ...noPermit,
    ...withDraft,
    ReceivePermit: '-',
    CancelPermit: '+',
    OfferReferral: '+',
  },
  offered: {
    ...out,
    CancelPermit: '+',
    SeeReferral: '+',
    AcceptReferral: 'not-seen-yet',
    RefuseReferral: '+',
    RecordContact: 'not-accepted-yet',
    ReportBack: 'not-accepted-yet',
    TakeBack: '+',
    DeadlineReached: '+',
  },
  seen: {
    ...out,
    CancelPermit: '+',
    AcceptReferral: '+',
    RefuseReferral: '+',
    RecordContact: 'not-accepted-yet',
    ReportBack: 'not-accepted-yet',
    TakeBack: '+',
  },
  accepted: {
    ...out,
    AcceptReferral: '-',
    RefuseReferral: 'already-accepted',
    RecordContact: '+',
    ReportBack: '+',
    TakeBack: 'already-accepted',
  },
  contacted: {
    ...out,
    AcceptReferral: '-',
    RefuseReferral: 'already-accepted',
    RecordContact: '-',
    ReportBack: '+',
    TakeBack: 'already-accepted',
  },
  refused: { ...begun, ...wentOut, ...notOut, ...quiet },
  done: { ...begun, ...wentOut, ...notOut, ...quiet },
  recalled: {
    ...begun,
    ...wentOut,
    ...quiet,
    SeeReferral: 'referral-recalled',
    AcceptReferral: 'referral-recalled',
    RefuseReferral: 'referral-recalled',
    RecordContact: 'referral-recalled',
    ReportBack: 'referral-recalled',
    RaiseStuckCase: 'referral-recalled',
    TakeBack: '-',
  },
  dropped: { ...begun, ...noPermit, ...notTheirs, ...quiet, TakeBack: '-' },
}

describe.each(Object.keys(table) as ReferralStatus[])('a referral that is %s', (status) => {
  test('is in the state its history says', () => {
    expect(fold(referralDecider, histories[status]).status).toBe(status)
  })

  test.each(Object.keys(commands) as Asked[])('answers %s as the table says', (asked) => {
    const decision = referralDecider.decide(
      commands[asked],
      fold(referralDecider, histories[status]),
    )
    const cell: Cell =
      decision.kind === 'rejected'
        ? decision.rejection.reason
        : decision.events.length > 0
          ? '+'
          : '-'
    expect(cell).toBe(table[status][asked])
  })
})

describe('an overdue referral', () => {
  test('is taken up in whatever state it has come to', () => {
    const history = [...build.toOffer, overdue, build.seen(), build.accepted()]
    const decision = referralDecider.decide(
      commands.TakeUpEscalation,
      fold(referralDecider, history),
    )
    expect(decision.kind === 'accepted' && decision.events.length).toBe(1)
  })
})
