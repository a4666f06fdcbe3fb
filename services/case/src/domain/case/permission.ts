/** The melder's permission: one act, one receiver, one exact text; withdrawn at any moment, on a closed case too. */
import { accept, reject } from '@wederhoor/decider/decider'
import type { CaseEvent } from '../events.ts'
import type {
  CaseDecision,
  DeclinePermission,
  GivePermission,
  WithdrawPermission,
} from './commands.ts'
import { cancelPermits } from './permit.ts'
import { type AskedText, type ExistingCase, type Permission, sameText } from './state.ts'

export function givePermission(command: GivePermission, state: ExistingCase): CaseDecision {
  const { type: _type, context, ...facts } = command
  if (!state.melderDecides) return reject({ reason: 'melder-does-not-decide' })
  const isKnown = state.permissions.some((one) => one.permission === facts.permission)
  if (isKnown || liveFor(facts, state, context.at) !== undefined) return accept()
  if (
    facts.act === 'refer-with-data' &&
    (facts.fields === undefined || facts.validUntil === undefined)
  ) {
    return reject({ reason: 'scope-needed' })
  }
  if (facts.validUntil !== undefined && facts.validUntil <= context.at)
    return reject({ reason: 'term-passed' })
  return accept({ type: 'PermissionGiven', ...facts, by: context.actor.pseudonym, at: context.at })
}

/** A "no" to a text is a fact too (procedure §9.8). Whoever said yes before withdraws instead. */
export function declinePermission(command: DeclinePermission, state: ExistingCase): CaseDecision {
  const { act, receiver, digest, context } = command
  if (!state.melderDecides) return reject({ reason: 'melder-does-not-decide' })
  const live = liveFor(command, state, context.at)
  if (live !== undefined)
    return reject({ reason: 'permission-is-live', permission: live.permission })
  if (state.declined.some((one) => sameText(one, command))) return accept()
  return accept({
    type: 'PermissionDeclined',
    act,
    receiver,
    digest,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

/** Never refused for what state the case is in; what was granted under it and not yet dispatched stays here. */
export function withdrawPermission(command: WithdrawPermission, state: ExistingCase): CaseDecision {
  const { scope, context } = command
  const meant = state.permissions.filter(
    (one) =>
      scope.kind === 'everything' ||
      (scope.kind === 'receiver'
        ? one.receiver === scope.receiver
        : one.permission === scope.permission),
  )
  if (scope.kind === 'permission' && meant.length === 0)
    return reject({ reason: 'no-such-permission' })
  // What a closing ended can still be withdrawn: whoever holds something under it has to hear that.
  const standing = meant.filter((one) => one.standing !== 'withdrawn')
  const withdrawn: readonly CaseEvent[] = standing.map(({ permission, act, receiver }) => ({
    type: 'PermissionWithdrawn',
    permission,
    act,
    receiver,
    by: context.actor.pseudonym,
    at: context.at,
  }))
  const ids = new Set(standing.map((one) => one.permission))
  const cancelled = cancelPermits(
    state,
    { why: 'withdrawn', at: context.at },
    (permit) => permit.permission !== undefined && ids.has(permit.permission),
  )
  return accept(...withdrawn, ...cancelled)
}

/** What waits for the melder's word: a text they were asked about and neither permitted, declined nor withdrew. */
export function waitingFor(state: ExistingCase, at: string): readonly AskedText[] {
  if (!state.melderDecides) return []
  const spoken = [...state.declined, ...state.permissions.filter((one) => !isOver(one, at))]
  return state.asked.filter(
    (text) => text.receiver !== String(state.melder) && !spoken.some((one) => sameText(one, text)),
  )
}

const liveFor = (
  text: Parameters<typeof sameText>[0],
  state: ExistingCase,
  at: string,
): Permission | undefined =>
  state.permissions.find(
    (one) => one.standing === 'live' && !isOver(one, at) && sameText(one, text),
  )

/** Past its own term, or ended with the case: the melder may be asked again. */
const isOver = ({ standing, validUntil }: Permission, at: string): boolean =>
  standing === 'ended' || (standing === 'live' && validUntil !== undefined && validUntil < at)
