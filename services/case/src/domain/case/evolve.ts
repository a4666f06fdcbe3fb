/** How each event changes what is known of a case. */
import type { Instant } from '@wederhoor/vault/fields'
import type { CaseEvent, CaseEventOf, PermitRefusal, Pseudonym } from '../events.ts'
import {
  type AskedText,
  type Case,
  type Danger,
  type ExistingCase,
  type Known,
  type Note,
  type Permission,
  sameText,
} from './state.ts'

/** Never validates, never throws: the past is as it is. */
export function evolve(state: Case, event: CaseEvent): Case {
  if (state.status === 'unknown') return begin(state, event)
  switch (event.type) {
    case 'CaseOpened':
    case 'ContactPersonChanged':
    case 'ContactPersonLeft':
    case 'ContactPersonOffered':
    case 'ContactPersonRefused':
    case 'ContactPersonOfferLapsed':
    case 'SuccessorOverdue':
    case 'DeputyNamed':
    case 'DeputyEnded':
      return { ...state, ...peopleAfter(state, event) }
    case 'FirstContactMade':
      return { ...state, firstContact: { ...state.firstContact, kind: 'made' } }
    case 'FirstContactOverdue':
      return { ...state, firstContact: { ...state.firstContact, kind: 'overdue' } }
    case 'ContactNoted':
      return { ...state, notes: notesAfter(state.notes, event) }
    case 'FileAdded': {
      const { file, party, kind, metadata, at } = event
      return { ...state, files: [...state.files, { file, party, kind, metadata, at }] }
    }
    case 'ReplyOverdue':
      return {
        ...state,
        notes: state.notes.map((one) =>
          one.note === event.note ? overdue(one, event.dueAt) : one,
        ),
      }
    case 'WishRecorded':
      return { ...state, wish: event.wish.sealed }
    case 'LegalViewRecorded':
      return { ...state, legalView: event.view.sealed }
    case 'RoleTaken':
      return { ...state, role: event.role }
    case 'SafeContactSet': {
      const others = state.unsafe.filter((party) => party !== event.party)
      return {
        ...state,
        safeContact: event.party === state.melder ? 'confirmed' : state.safeContact,
        unsafe: event.outgoing === 'none' ? [...others, event.party] : others,
        safeContactRules: [...state.safeContactRules, event.rule.sealed],
      }
    }
    case 'AnonymityChanged':
      return { ...state, anonymity: event.anonymity }
    case 'PermissionGiven':
    case 'PermissionDeclined':
    case 'PermissionWithdrawn':
    case 'PermitGranted':
    case 'PermitRefused':
    case 'PermitCancelled':
      return { ...state, ...permissionsAfter(state, event) }
    case 'AcuteDangerReported':
    case 'AcuteDangerOpened':
    case 'AcuteDangerReviewed':
    case 'DangerReviewOverdue':
      return { ...state, dangers: dangersAfter(state.dangers, event) }
    case 'CaseClosed': {
      const { offer: _offer, ...rest } = state
      return { ...rest, status: 'closed', permissions: rest.permissions.map(ended), asked: [] }
    }
    case 'MelderErased': {
      const { offer: _offer, ...rest } = state
      return {
        ...rest,
        status: 'closed',
        melderErased: true,
        permissions: rest.permissions.map(ended),
        asked: [],
        notes: rest.notes.map((one) =>
          event.notes.includes(one.note) ? { ...one, reply: 'none' } : one,
        ),
      }
    }
    case 'CaseReopened':
      return {
        ...state,
        status: 'open',
        firstContact: { kind: 'due', dueAt: event.firstContactDueAt },
      }
  }
}

function begin(state: Extract<Case, { status: 'unknown' }>, event: CaseEvent): Case {
  if (event.type === 'PermitRefused') return { ...state, ...refusedAfter(state, event) }
  if (event.type !== 'CaseOpened') return state
  const { desk, melder, codeDigest, melderDecides, contactPerson, anonymity } = event
  const { firstContactDueAt } = event
  return {
    status: 'open',
    desk,
    melder,
    codeDigest,
    melderDecides,
    melderErased: false,
    contactPerson,
    deputies: [],
    firstContact: { kind: 'due', dueAt: firstContactDueAt },
    anonymity,
    safeContact: event.safeContact === 'none-set' ? 'none-set' : 'to-confirm',
    unsafe: [],
    safeContactRules: [],
    permissions: [],
    declined: [],
    asked: state.asked,
    permits: [],
    answered: state.answered,
    dangers: [],
    notes: [],
    files: [],
  }
}

type PeopleEvent = CaseEventOf<
  | 'CaseOpened'
  | 'ContactPersonChanged'
  | 'ContactPersonLeft'
  | 'ContactPersonOffered'
  | 'ContactPersonRefused'
  | 'ContactPersonOfferLapsed'
  | 'SuccessorOverdue'
  | 'DeputyNamed'
  | 'DeputyEnded'
>

function peopleAfter(state: ExistingCase, event: PeopleEvent): Partial<Known> {
  const withoutDeputy = (gone: Pseudonym) => state.deputies.filter((one) => one !== gone)
  switch (event.type) {
    case 'ContactPersonOffered':
      return { offer: { to: event.to, dueAt: event.dueAt }, refusedBy: undefined }
    case 'ContactPersonRefused':
      return { offer: undefined, refusedBy: event.by }
    case 'ContactPersonOfferLapsed':
      return { offer: undefined }
    case 'ContactPersonChanged':
      return {
        contactPerson: event.contactPerson,
        deputies: withoutDeputy(event.contactPerson),
        offer: undefined,
        successor: undefined,
      }
    case 'ContactPersonLeft':
      return {
        contactPerson: event.interim,
        deputies: withoutDeputy(event.interim),
        successor: { kind: 'due', dueAt: event.successorDueAt },
      }
    case 'DeputyNamed':
      return { deputies: [...state.deputies, event.deputy] }
    case 'DeputyEnded':
      return { deputies: withoutDeputy(event.deputy) }
    case 'SuccessorOverdue':
      return { successor: { kind: 'overdue', dueAt: event.dueAt } }
    case 'CaseOpened':
      return {}
  }
}

type PermissionEvent = CaseEventOf<
  | 'PermissionGiven'
  | 'PermissionDeclined'
  | 'PermissionWithdrawn'
  | 'PermitGranted'
  | 'PermitRefused'
  | 'PermitCancelled'
>

function permissionsAfter(state: ExistingCase, event: PermissionEvent): Partial<Known> {
  switch (event.type) {
    case 'PermissionGiven': {
      const { permission, act, receiver, digest, validUntil } = event
      const given: Permission = { permission, act, receiver, digest, validUntil, standing: 'live' }
      return {
        permissions: [...state.permissions, given],
        declined: state.declined.filter((one) => !sameText(one, event)),
      }
    }
    case 'PermissionDeclined': {
      const { act, receiver, digest } = event
      return { declined: [...state.declined, { act, receiver, digest }] }
    }
    case 'PermissionWithdrawn':
      return {
        permissions: state.permissions.map((one) =>
          one.permission === event.permission ? { ...one, standing: 'withdrawn' } : one,
        ),
      }
    case 'PermitGranted': {
      const { permit, request, act, receiver, permission, validUntil } = event
      return {
        permits: [
          ...state.permits,
          { permit, request, act, receiver, permission, validUntil, cancelled: false },
        ],
        answered: [...state.answered, request],
      }
    }
    case 'PermitRefused':
      return refusedAfter(state, event)
    case 'PermitCancelled':
      return {
        permits: state.permits.map((one) =>
          one.permit === event.permit ? { ...one, cancelled: true } : one,
        ),
      }
  }
}

const isLacking = (reason: PermitRefusal): boolean =>
  reason === 'no-permission' || reason === 'other-text'

function refusedAfter(
  { answered, asked }: Pick<Case, 'answered' | 'asked'>,
  { request, act, receiver, digest, reason, at }: CaseEventOf<'PermitRefused'>,
): Pick<Case, 'answered' | 'asked'> {
  const next = { answered: [...answered, request], asked }
  // A closing notice rests on no permission: nobody is asked about it.
  if (act === 'closing-notice' || !isLacking(reason)) return next
  const text: AskedText = { act, receiver, digest, askedAt: at }
  return { ...next, asked: asked.some((one) => sameText(one, text)) ? asked : [...asked, text] }
}

function dangersAfter(
  dangers: readonly Danger[],
  event: CaseEventOf<
    'AcuteDangerReported' | 'AcuteDangerOpened' | 'AcuteDangerReviewed' | 'DangerReviewOverdue'
  >,
): readonly Danger[] {
  if (event.type === 'AcuteDangerReported') {
    const { danger, by, reviewDueAt } = event
    return [...dangers, { danger, by, reviewDueAt, openedBy: [], review: 'due' }]
  }
  return dangers.map((one) => {
    if (one.danger !== event.danger) return one
    if (event.type === 'AcuteDangerOpened') return { ...one, openedBy: [...one.openedBy, event.by] }
    return { ...one, review: event.type === 'AcuteDangerReviewed' ? 'done' : 'overdue' }
  })
}

function notesAfter(notes: readonly Note[], event: CaseEventOf<'ContactNoted'>): readonly Note[] {
  const { note, party, replyDueAt } = event
  const answered = isAnswer(event) ? event.answers : undefined
  const earlier = notes.map((one) =>
    one.note === answered ? { ...one, reply: 'none' as const } : one,
  )
  return [
    ...earlier,
    { note, party, reply: replyDueAt === undefined ? 'none' : { kind: 'due', dueAt: replyDueAt } },
  ]
}

/** A call that nobody took answers nothing. */
export const isAnswer = (
  noted: Pick<CaseEventOf<'ContactNoted'>, 'direction' | 'result'>,
): boolean => noted.direction === 'out' && noted.result !== 'no-answer'

const overdue = (note: Note, dueAt: Instant): Note => ({
  ...note,
  reply: { kind: 'overdue', dueAt },
})

const ended = (permission: Permission): Permission =>
  permission.standing === 'live' ? { ...permission, standing: 'ended' } : permission
