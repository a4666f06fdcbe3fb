/** Acute danger: one person may at once give the minimum; another human looks at it afterwards. */
import { accept, reject } from '@wederhoor/decider/decider'
import { standingOf } from './access.ts'
import type {
  CaseDecision,
  CaseRejection,
  OpenAcuteDanger,
  ReportAcuteDanger,
  ReviewAcuteDanger,
} from './commands.ts'
import type { Danger, ExistingCase } from './state.ts'

export function reportAcuteDanger(command: ReportAcuteDanger, state: ExistingCase): CaseDecision {
  const { type: _type, context, ...facts } = command
  if (state.dangers.some((one) => one.danger === facts.danger)) return accept()
  return accept({
    type: 'AcuteDangerReported',
    melder: state.melder,
    ...facts,
    by: context.actor.pseudonym,
    at: context.at,
  })
}

export function openAcuteDanger(command: OpenAcuteDanger, state: ExistingCase): CaseDecision {
  const found = secondPersonFor(command, state)
  if (found.kind === 'refused') return reject(found.rejection)
  const by = command.context.actor.pseudonym
  if (found.danger.openedBy.includes(by)) return accept()
  return accept({ type: 'AcuteDangerOpened', danger: command.danger, by, at: command.context.at })
}

export function reviewAcuteDanger(command: ReviewAcuteDanger, state: ExistingCase): CaseDecision {
  const found = secondPersonFor(command, state)
  if (found.kind === 'refused') return reject(found.rejection)
  const { danger, verdict, remark, context } = command
  const by = context.actor.pseudonym
  if (!found.danger.openedBy.includes(by)) return reject({ reason: 'not-opened' })
  if (found.danger.review === 'done') return accept()
  return accept({
    type: 'AcuteDangerReviewed',
    danger,
    melder: state.melder,
    verdict,
    remark,
    by,
    at: context.at,
  })
}

type Found =
  | { readonly kind: 'found'; readonly danger: Danger }
  | { readonly kind: 'refused'; readonly rejection: CaseRejection }

/** A second person is another human, of this desk, of a neighbouring one or of the national layer. */
function secondPersonFor(command: OpenAcuteDanger | ReviewAcuteDanger, state: ExistingCase): Found {
  const { actor } = command.context
  const isNear = actor.desk !== null && command.neighbours.includes(actor.desk)
  if (!isNear && standingOf(actor, state) === 'outside') {
    return { kind: 'refused', rejection: { reason: 'not-of-this-desk' } }
  }
  const danger = state.dangers.find((one) => one.danger === command.danger)
  if (danger === undefined) return { kind: 'refused', rejection: { reason: 'no-such-danger' } }
  if (danger.by === actor.pseudonym)
    return { kind: 'refused', rejection: { reason: 'same-person' } }
  return { kind: 'found', danger }
}
