/** What stands before a step: whether something may go out, whether both are heard, whether both have the same file. */
import { accept } from '@wederhoor/decider/decider'
import type { HearingEventOf, OutgoingAct, Side } from '../events.ts'
import type { HearingCommand, HearingDecision } from './commands.ts'
import {
  type ExistingHearing,
  type HearingDocument,
  type HearingFile,
  other,
  type Permission,
  sides,
} from './state.ts'

export type Refusal = HearingEventOf<'ActRefused'>['reason']

/** A refusal that stays in the record. */
export function refused(
  command: HearingCommand,
  reason: Refusal,
  more: Partial<Pick<HearingEventOf<'ActRefused'>, 'ties' | 'request'>> = {},
): HearingDecision {
  const { id, at, actor } = command.context
  const act = kebab(command.type)
  return accept({
    type: 'ActRefused',
    act,
    reason,
    ...more,
    attempt: id as HearingEventOf<'ActRefused'>['attempt'],
    by: actor.pseudonym,
    at,
  })
}

const kebab = (name: string) =>
  name
    .replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase() as HearingEventOf<'ActRefused'>['act']

/** The act under which a document goes out; what permission and permit are given for. */
export function actFor(document: HearingDocument): OutgoingAct {
  switch (document.kind) {
    case 'complaint':
      return 'serve-complaint'
    case 'general-letter':
      return 'general-letter'
    case 'closing-notice':
      return 'closing-notice'
    case 'answer':
    case 'reply':
    case 'report':
    case 'findings':
      return 'serve-answer'
  }
}

/**
 * Why a document may not go to a side, or undefined. The respondent gets nothing without live permission for exactly
 * this text, and nothing but a general letter while the melder has not lifted anonymity; after a withdrawal only the
 * closing notice still goes, and to the melder what the respondent has of the office.
 */
export function obstacle(
  state: ExistingHearing,
  document: HearingDocument,
  to: Side,
): Refusal | undefined {
  if (document.kind === 'closing-notice') return undefined
  if (to === 'melder' && officeTextWith(document, 'respondent')) return undefined
  if (state.withdrawn) return 'withdrawn'
  if (state.status === 'detached') return 'case-closed'
  if (to === 'melder') return undefined
  if (state.status === 'skipped') return 'respondent-skipped'
  if (document.kind !== 'general-letter' && state.anonymity !== 'known-to-respondent') {
    return 'anonymous'
  }
  return livePermission(state, document) === undefined ? 'no-permission' : undefined
}

/** The melder's live permission for this exact text towards the respondent. */
export function livePermission(
  state: HearingFile,
  document: HearingDocument,
): Permission | undefined {
  return Object.values(state.permissions).find((one) => one.live && fits(one, state, document))
}

export function fits(
  permission: Pick<Permission, 'act' | 'receiver' | 'digest'>,
  state: HearingFile,
  document: HearingDocument,
): boolean {
  return (
    permission.digest === document.digest &&
    permission.act === actFor(document) &&
    permission.receiver === state.parties.respondent
  )
}

/** What one side has and the other neither got nor had withheld. The closing notice is no part of the file. */
export function unequal(
  state: HearingFile,
): readonly { readonly document: HearingDocument; readonly side: Side }[] {
  return Object.values(state.documents)
    .filter((document) => document.kind !== 'closing-notice')
    .flatMap((document) =>
      sides
        .filter((side) => ['due', 'asked', 'sent'].includes(document.for[side].is))
        .map((side) => ({ document, side })),
    )
}

/** A text of the office that this side has: the other side gets it too, whatever ended meanwhile. */
export const officeTextWith = (document: HearingDocument, side: Side): boolean =>
  document.author === 'office' &&
  document.kind !== 'closing-notice' &&
  (document.for[side].is === 'sent' || document.for[side].is === 'served')

/** A text of the office that one side has and the other neither got nor had withheld: no end leaves that behind. */
export const halfServed = (state: HearingFile): boolean =>
  unequal(state).some(({ document, side }) => officeTextWith(document, other(side)))

/** Both were heard, or were silent after proven delivery, term and reminder, or declined themselves. */
export const bothHeard = (state: HearingFile): boolean =>
  sides.every((side) => ['heard', 'silent', 'declined'].includes(state.voices[side].is))

/** A general letter asks nobody anything, so nobody is waited for. */
export const exchangeDone = (state: HearingFile): boolean =>
  state.kind === 'general-letter' || bothHeard(state)
