/** Permits: nothing goes out without one. Each is for one act, one receiver and one text, and lives for minutes. */
import { accept } from '@wederhoor/decider/decider'
import type { Instant } from '@wederhoor/vault/fields'
import type { CaseEvent, CaseEventOf, OutgoingAct, PermissionId, PermitRefusal } from '../events.ts'
import type { CaseDecision, DecidePermit } from './commands.ts'
import { type Case, type ExistingCase, type Permit, sameText } from './state.ts'

interface Act {
  /** Tells the respondent who the melder is. */
  readonly identifies: boolean
  /** Rests on the melder's permission for the exact text. */
  readonly needsPermission: boolean
  /** Also after the case has closed. */
  readonly afterClosing: boolean
}

export const acts: Readonly<Record<OutgoingAct, Act>> = {
  'serve-complaint': { identifies: true, needsPermission: true, afterClosing: false },
  'serve-answer': { identifies: true, needsPermission: true, afterClosing: false },
  // A partner is told who it is about: that is what the permission is for, per recipient (ANO-02).
  'refer-with-data': { identifies: false, needsPermission: true, afterClosing: false },
  // About a policy, without individual facts, findings or count.
  'general-letter': { identifies: false, needsPermission: true, afterClosing: false },
  // Says no more than that it ended, without reasons, to whoever was reached before (procedure §9.5).
  'closing-notice': { identifies: false, needsPermission: false, afterClosing: true },
}

/** The answer to a request, granted or refused, is a fact; the same request asked again gets no second one. */
export function decidePermit(command: DecidePermit, state: Case): CaseDecision {
  const { request, permit, act, receiver, digest, context } = command
  if (state.answered.includes(request)) return accept()
  const ground = state.status === 'unknown' ? refuse('no-permission') : groundFor(command, state)
  const asked = { request, act, receiver, digest }
  if (ground.kind === 'refused') {
    return accept({ type: 'PermitRefused', ...asked, reason: ground.reason, at: context.at })
  }
  const { permission } = ground
  const validUntil = earliest(command.validUntil, ground.validUntil)
  return accept({ type: 'PermitGranted', permit, ...asked, permission, validUntil, at: context.at })
}

type Ground =
  | {
      readonly kind: 'granted'
      readonly permission?: PermissionId
      readonly validUntil?: Instant | undefined
    }
  | { readonly kind: 'refused'; readonly reason: PermitRefusal }

const refuse = (reason: PermitRefusal): Ground => ({ kind: 'refused', reason })

/** In the order in which a person is protected: closed, unsafe, anonymous, and only then permission. */
function groundFor(command: DecidePermit, state: ExistingCase): Ground {
  const { act, receiver } = command
  if (state.status === 'closed' && !acts[act].afterClosing) return refuse('case-closed')
  if (!mayReach(receiver, state)) return refuse('not-safe')
  if (reveals(act, receiver, state)) return refuse('anonymous')
  if (isMelder(receiver, state)) return { kind: 'granted' }
  if (acts[act].needsPermission) return permissionFor(command, state)
  return state.permits.some((one) => one.receiver === receiver)
    ? { kind: 'granted' }
    : refuse('no-permission')
}

function permissionFor(command: DecidePermit, state: ExistingCase): Ground {
  const { act, receiver, context } = command
  const towards = state.permissions.filter((one) => one.act === act && one.receiver === receiver)
  const exact = towards.filter((one) => sameText(one, command))
  const live = exact.find(
    (one) => one.standing === 'live' && (one.validUntil ?? context.at) >= context.at,
  )
  if (live !== undefined)
    return { kind: 'granted', permission: live.permission, validUntil: live.validUntil }
  if (exact.some((one) => one.standing === 'withdrawn')) return refuse('withdrawn')
  if (exact.length === 0 && towards.some((one) => one.standing === 'live'))
    return refuse('other-text')
  return refuse(towards.some((one) => one.standing === 'withdrawn') ? 'withdrawn' : 'no-permission')
}

/** What is undispatched of permits that can still be used. One that was dispatched already is not called back. */
export function cancelPermits(
  state: ExistingCase,
  fact: { readonly why: CaseEventOf<'PermitCancelled'>['why']; readonly at: Instant },
  isMeant: (permit: Permit) => boolean,
): readonly CaseEvent[] {
  return state.permits
    .filter((one) => !one.cancelled && one.validUntil >= fact.at && isMeant(one))
    .map(({ permit, request }) => ({ type: 'PermitCancelled', permit, request, ...fact }))
}

/** Whether the act would tell the respondent who the melder is while the melder has not lifted that (ANO-04). */
export const reveals = (act: OutgoingAct, receiver: string, state: ExistingCase): boolean =>
  acts[act].identifies && !isMelder(receiver, state) && state.anonymity !== 'known-to-respondent'

/** Whether the safe-contact rules let anything out to this party at all (procedure §9.11). */
export const mayReach = (receiver: string, state: ExistingCase): boolean =>
  !state.unsafe.some((party: string) => party === receiver) &&
  !(isMelder(receiver, state) && (state.safeContact === 'to-confirm' || state.melderErased))

const isMelder = (receiver: string, state: ExistingCase): boolean =>
  receiver === String(state.melder)

const earliest = (left: Instant, right: Instant | undefined): Instant =>
  right !== undefined && right < left ? right : left
