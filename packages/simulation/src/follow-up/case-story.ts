/** What a desk does for a melder once it has accepted: classify, act in danger, speak, hear both sides, hand over, close. */
import { days, hours, type Story } from '../timetable.ts'
import { dangerStory } from './danger-story.ts'
import { hearingStory } from './hearing-story.ts'
import { type PlannedFollowUp, planFollowUp } from './plan-follow-up.ts'
import { referralStory } from './referral-story.ts'
import type { Tale } from './tale.ts'

export async function* caseStory(tale: Tale): Story {
  const { planned, contactPerson, dossier } = tale
  yield hours(20)
  await tale.does(contactPerson, 'c', {
    service: 'intake',
    path: `/meldingen/${dossier}/classification`,
    body: planned.classification,
  })
  if (planned.body['acuteDanger'] === true) yield* dangerStory(tale)
  const plan = planFollowUp(planned)
  if (plan === undefined) return
  yield days(1)
  yield* followUp(tale, plan)
}

async function* followUp(tale: Tale, plan: PlannedFollowUp): Story {
  const { contactPerson, dossier } = tale
  const path = `/cases/${dossier}`
  await tale.does(contactPerson, 'note', {
    service: 'case',
    path: `${path}/notes`,
    body: { text: 'Gebeld en het verhaal doorgenomen.', direction: 'out' },
  })
  await tale.does(contactPerson, 'wish', {
    service: 'case',
    path: `${path}/wishes`,
    body: { wish: 'Dat het ophoudt, en dat iemand luistert.' },
  })
  yield days(3)
  const heard = plan.hearing === undefined ? undefined : yield* hearingStory(tale, plan.hearing)
  const referred = plan.referral === undefined ? false : yield* referralStory(tale, plan.referral)
  yield days(4)
  const outcome =
    heard === 'withdrawn'
      ? 'ingetrokken'
      : heard === 'silent'
        ? 'wederpartij-zweeg'
        : heard === 'ended'
          ? plan.outcome
          : referred
            ? 'overgedragen'
            : 'geholpen-met-advies'
  await tale.does(contactPerson, 'close', {
    service: 'case',
    path: `${path}/closing`,
    body: { outcome, reasons: 'Met de melder besproken.' },
  })
}
