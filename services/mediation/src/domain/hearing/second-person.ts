/** Where two persons are asked for: what one party does not get, and a respondent who is not asked at all. */
import { accept, reject } from '@wederhoor/decider/decider'
import type {
  ActorFacts,
  ConfirmSkip,
  ConfirmWithholding,
  HearingDecision,
  LiftWithholding,
  OpenDocument,
  ProposeSkip,
  ProposeWithholding,
} from './commands.ts'
import { type Refusal, refused } from './gate.ts'
import { overOr } from './opening.ts'
import { draftOf, type ExistingHearing, type HearingDocument, isOver, reached } from './state.ts'
import { tiesIn } from './ties.ts'

/** Recorded by whatever showed the document: the second person decides about what they have read. */
export function openDocument(command: OpenDocument, state: ExistingHearing): HearingDecision {
  const document = state.documents[command.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { actor, at } = command.context
  const by = actor.pseudonym
  if (document.openedBy.includes(by)) return accept()
  return accept({ type: 'DocumentOpened', document: document.id, by, at })
}

export function proposeWithholding(
  command: ProposeWithholding,
  state: ExistingHearing,
): HearingDecision {
  const document = state.documents[command.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { from, ground, context } = command
  if (document.proposal?.from === from || document.for[from].is === 'withheld') return accept()
  if (document.id === state.draft) return reject({ reason: 'skipped-not-withheld' })
  if (isOver(state)) return overOr(state, 'not-served-yet')
  switch (document.for[from].is) {
    case 'due': {
      const { actor, at } = context
      const by = actor.pseudonym
      return accept({ type: 'WithholdingProposed', document: document.id, from, ground, by, at })
    }
    case 'asked':
      return reject({ reason: 'already-asked' })
    case 'sent':
    case 'served':
      return reject({ reason: 'already-sent' })
    case 'own':
    case 'not-for':
      return reject({ reason: 'not-for-this-party' })
  }
}

export function confirmWithholding(
  command: ConfirmWithholding,
  state: ExistingHearing,
): HearingDecision {
  const document = state.documents[command.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { from, facts, context } = command
  if (document.for[from].is === 'withheld') return accept()
  const { proposal } = document
  if (proposal?.from !== from) return reject({ reason: 'nothing-proposed' })
  if (document.for[from].is !== 'due') return reject({ reason: 'already-sent' })
  const { actor, at } = context
  const by = actor.pseudonym
  const refusal = notSecond({ by, first: proposal.by, facts, document }, state)
  if (refusal !== undefined) return refused(command, refusal)
  const { ground } = proposal
  const withheld = { document: document.id, from, ground, proposedBy: proposal.by, by, at }
  return accept({ type: 'DocumentWithheld', ...withheld })
}

export function liftWithholding(command: LiftWithholding, state: ExistingHearing): HearingDecision {
  const document = state.documents[command.document]
  if (document === undefined) return reject({ reason: 'no-such-document' })
  const { from, context } = command
  if (document.for[from].is !== 'withheld') return accept()
  const { actor, at } = context
  const by = actor.pseudonym
  return accept({ type: 'WithholdingLifted', document: document.id, from, by, at })
}

/** Only for safety, and only while the respondent has not been reached. */
export function proposeSkip(command: ProposeSkip, state: ExistingHearing): HearingDecision {
  if (state.skip !== undefined) return accept()
  if (reached(state)) return reject({ reason: 'already-sent' })
  if (isOver(state)) return overOr(state, 'already-sent')
  const { actor, at } = command.context
  return accept({ type: 'SkipProposed', by: actor.pseudonym, at })
}

export function confirmSkip(command: ConfirmSkip, state: ExistingHearing): HearingDecision {
  if (state.skip === undefined) return reject({ reason: 'nothing-proposed' })
  if (state.skip.confirmed) return accept()
  if (reached(state)) return reject({ reason: 'already-sent' })
  if (isOver(state)) return overOr(state, 'already-sent')
  const { facts, context } = command
  const { actor, at } = context
  const by = actor.pseudonym
  const first = state.skip.by
  const refusal = notSecond({ by, first, facts, document: draftOf(state) }, state)
  if (refusal !== undefined) return refused(command, refusal)
  return accept({ type: 'RespondentSkipped', proposedBy: first, by, at })
}

/** A second person is another person, untied, who has opened what it is about. */
function notSecond(
  second: {
    readonly by: string
    readonly first: string
    readonly facts: ActorFacts
    readonly document: HearingDocument | undefined
  },
  state: ExistingHearing,
): Refusal | undefined {
  const { by, first, facts, document } = second
  if (by === first) return 'same-person'
  if (tiesIn(facts, by, state).length > 0) {
    return 'handler-has-tie'
  }
  return document?.openedBy.some((one) => one === by) ? undefined : 'not-opened'
}
