/** Every command in every status. A missing cell is a type error. */
import { fold } from '@wederhoor/decider/decider'
import { describe, expect, test } from 'vitest'
import type { CaseEvent } from '../events.ts'
import {
  acceptOffer,
  endDeputy,
  nameDeputy,
  offerTo,
  openDanger,
  refuseOffer,
  replace,
  reviewDanger,
} from './asking.ts'
import {
  addFile,
  anna,
  ask,
  asLead,
  bram,
  channel,
  close,
  closed,
  context,
  digest,
  firstContactDueAt,
  give,
  given,
  melder,
  noteOf,
  open,
  opened,
  reached,
  receiver,
  reopen,
  report,
  reported,
  respondent,
  sealed,
  withdraw,
} from './builders.ts'
import { caseDecider } from './case.ts'
import type { CaseCommand, CaseRejection } from './commands.ts'
import type { Case } from './state.ts'

const byBram = context({ by: bram })

const commands: {
  readonly [Type in CaseCommand['type']]: Extract<CaseCommand, { readonly type: Type }>
} = {
  OpenCase: open(),
  ChangeAnonymity: { type: 'ChangeAnonymity', anonymity: 'known-to-us', context: context() },
  DecidePermit: ask(),
  NoteErasure: { type: 'NoteErasure', party: melder, context: context() },
  DeadlineReached: reached('first-contact', firstContactDueAt),
  NameDeputy: nameDeputy(bram, context()),
  EndDeputy: endDeputy(bram, context()),
  OfferContactPerson: offerTo(bram, context()),
  AcceptContactPerson: acceptOffer(byBram),
  RefuseContactPerson: refuseOffer(byBram),
  ReplaceContactPerson: replace(anna, asLead()),
  NoteContact: noteOf({ channel, result: 'message' }),
  AddFile: addFile(),
  RecordWish: { type: 'RecordWish', wish: sealed('wish'), context: context() },
  RecordLegalView: { type: 'RecordLegalView', view: sealed('view'), context: context() },
  TakeRole: { type: 'TakeRole', role: 'beside-the-melder', context: context() },
  SetSafeContact: {
    type: 'SetSafeContact',
    party: respondent,
    outgoing: 'none',
    rule: sealed('rule'),
    context: context(),
  },
  GivePermission: give(),
  DeclinePermission: {
    type: 'DeclinePermission',
    act: 'serve-complaint',
    receiver: receiver(respondent),
    digest: digest('unwanted'),
    context: context(),
  },
  WithdrawPermission: withdraw(),
  ReportAcuteDanger: report,
  OpenAcuteDanger: openDanger(byBram),
  ReviewAcuteDanger: reviewDanger(byBram),
  CloseCase: close(),
  ReopenCase: reopen,
}

const histories: Readonly<Record<Case['status'], readonly CaseEvent[]>> = {
  unknown: [],
  open: [opened(), given(), reported],
  closed: [opened(), given(), reported, closed],
}

/** The events that follow, or the reason why not. */
type Cell = readonly CaseEvent['type'][] | CaseRejection['reason']

const table: Readonly<
  Record<CaseCommand['type'], readonly [unknown: Cell, open: Cell, closed: Cell]>
> = {
  OpenCase: [['CaseOpened'], [], []],
  ChangeAnonymity: [[], ['AnonymityChanged'], ['AnonymityChanged']],
  DecidePermit: [['PermitRefused'], ['PermitGranted'], ['PermitRefused']],
  NoteErasure: [[], ['MelderErased'], ['MelderErased']],
  DeadlineReached: [[], ['FirstContactOverdue'], []],
  NameDeputy: ['no-such-case', ['DeputyNamed'], 'case-closed'],
  EndDeputy: ['no-such-case', [], 'case-closed'],
  OfferContactPerson: ['no-such-case', ['ContactPersonOffered'], 'case-closed'],
  AcceptContactPerson: ['no-such-case', 'not-offered-to-you', 'case-closed'],
  RefuseContactPerson: ['no-such-case', 'not-offered-to-you', 'case-closed'],
  ReplaceContactPerson: ['no-such-case', ['ContactPersonLeft'], 'case-closed'],
  NoteContact: ['no-such-case', ['ContactNoted'], ['ContactNoted']],
  AddFile: ['no-such-case', ['FileAdded'], ['FileAdded']],
  RecordWish: ['no-such-case', ['WishRecorded'], 'case-closed'],
  RecordLegalView: ['no-such-case', ['LegalViewRecorded'], 'case-closed'],
  TakeRole: ['no-such-case', ['RoleTaken'], 'case-closed'],
  SetSafeContact: ['no-such-case', ['SafeContactSet'], ['SafeContactSet']],
  GivePermission: ['no-such-case', [], 'case-closed'],
  DeclinePermission: ['no-such-case', ['PermissionDeclined'], 'case-closed'],
  WithdrawPermission: ['no-such-case', ['PermissionWithdrawn'], ['PermissionWithdrawn']],
  ReportAcuteDanger: ['no-such-case', [], []],
  OpenAcuteDanger: ['no-such-case', ['AcuteDangerOpened'], ['AcuteDangerOpened']],
  ReviewAcuteDanger: ['no-such-case', 'not-opened', 'not-opened'],
  CloseCase: ['no-such-case', ['CaseClosed'], []],
  ReopenCase: ['no-such-case', [], ['CaseReopened']],
}

const statuses = ['unknown', 'open', 'closed'] as const

describe.each(statuses)('a case that is %s', (status) => {
  test.each(Object.values(commands))('answers $type', (command) => {
    const decision = caseDecider.decide(command, fold(caseDecider, histories[status]))
    const answer: Cell =
      decision.kind === 'accepted'
        ? decision.events.map((event) => event.type)
        : decision.rejection.reason
    expect(answer).toEqual(table[command.type][statuses.indexOf(status)])
  })
})
