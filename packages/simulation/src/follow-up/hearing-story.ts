/** Hoor en wederhoor, as it goes: permitted, served, answered or not, given to the other side, ended; or withdrawn. */
import { days, type Story } from '../timetable.ts'
import { answered, declined, noteCooperation, silent } from './answers.ts'
import type { PlannedHearing } from './plan-follow-up.ts'
import {
  ask,
  dispatch,
  type HearingAt,
  type HearingDocument,
  newest,
  permit,
  serve,
  withdraw,
} from './serving.ts'
import type { Tale } from './tale.ts'

export type Heard = 'ended' | 'silent' | 'withdrawn' | 'passed-on'

export async function* hearingStory(tale: Tale, plan: PlannedHearing): Story<Heard> {
  if (plan.kind === 'complaint') {
    const body = { anonymity: 'known-to-respondent' }
    await tale.does(tale.melder, 'anonymity', {
      service: 'intake',
      path: '/my-melding/anonymity',
      body,
    })
    yield 0
  }
  const { hearing, draft } = await prepare(tale, plan)
  if (plan.isSkipped) return yield* skipped(hearing, draft)
  const permission = await permit(hearing, draft)
  yield 0
  if (plan.withdraws === 'before-dispatch') {
    const request = yield* ask(hearing, draft, { to: 'respondent', tries: 1 })
    await withdraw(hearing, permission)
    yield 0
    await dispatch(hearing, request, true)
    return 'withdrawn'
  }
  const { comesBackFirst, opensByCode } = plan
  const code = yield* serve(hearing, draft, { to: 'respondent', comesBackFirst, opensByCode })
  if (plan.withdraws === 'after-service') {
    yield days(3)
    await withdraw(hearing, permission)
    yield 0
    yield* closingNotice(hearing)
    return 'withdrawn'
  }
  if (plan.kind === 'general-letter') {
    await end(hearing, 'exchanged', 1)
    return 'ended'
  }
  return yield* reactions(hearing, plan, code)
}

async function prepare(
  tale: Tale,
  plan: PlannedHearing,
): Promise<{ readonly hearing: HearingAt; readonly draft: HearingDocument }> {
  const path = `/dossiers/${tale.dossier}/hearings`
  const { kind, respondent } = plan
  const invitation = 'Wij nodigen u uit te vertellen hoe u dit zag. Meedoen is vrijwillig.'
  const letter = { text: invitation, annexes: [{ title: 'Klacht', text: 'Wat er gebeurde.' }] }
  const policy = { text: 'Wij vragen aandacht voor gelijke behandeling in uw beleid.', annexes: [] }
  const prepared = await tale.does(tale.contactPerson, 'hearing', {
    service: 'mediation',
    path,
    body: { kind, respondent, letter: kind === 'complaint' ? letter : policy },
  })
  const { body } = prepared
  return {
    hearing: {
      tale,
      at: `${path}/${String(body['hearing'])}`,
      respondent: String(body['respondent']),
    },
    draft: newest(body, kind),
  }
}

async function* reactions(hearing: HearingAt, plan: PlannedHearing, code: string): Story<Heard> {
  switch (plan.respondentWill) {
    case 'stay-silent':
      yield* silent(hearing, 'respondent', 'complaint')
      yield* conclude(hearing, plan, 1)
      return 'silent'
    case 'answer-late':
      yield* silent(hearing, 'respondent', 'complaint')
      yield* conclude(hearing, { ...plan, end: 'exchanged' }, 1)
      yield days(9)
      yield* answered(hearing, plan, code)
      yield* conclude(hearing, plan, 2)
      return 'ended'
    case 'decline':
      yield* declined(hearing, code)
      yield* conclude(hearing, plan, 1)
      return 'ended'
    case 'answer':
    case 'answer-formally':
      yield days(6)
      yield* answered(hearing, plan, code)
      await noteCooperation(
        hearing,
        plan.respondentWill === 'answer' ? 'werkt-mee' : 'formeel-of-onzinnig',
      )
      yield* conclude(hearing, plan, 1)
      return 'ended'
  }
}

/** With findings where planned: made once both were heard or silent, and given to both before the end. */
async function* conclude(hearing: HearingAt, plan: PlannedHearing, round: number): Story {
  const { tale, at } = hearing
  yield days(3)
  if (plan.end === 'findings') {
    const body = { assessment: 'Onderscheid is aannemelijk.', reasons: 'Wat beiden schreven.' }
    const to = { service: 'mediation', path: `${at}/findings`, body }
    const made = await tale.does(tale.contactPerson, `findings-${round}`, to)
    const findings = newest(made.body, 'findings')
    await permit(hearing, findings)
    yield 0
    yield* serve(hearing, findings, { to: 'respondent' })
    yield* serve(hearing, findings, { to: 'melder' })
  }
  await end(hearing, plan.end, round)
}

async function end({ tale, at }: HearingAt, how: string, round: number): Promise<void> {
  const to = { service: 'mediation', path: `${at}/ending`, body: { end: how } }
  await tale.does(tale.contactPerson, `end-${round}`, to)
}

async function* closingNotice(hearing: HearingAt): Story {
  const { tale, at } = hearing
  const path = `${at}/closing-notice`
  const drafted = await tale.does(tale.contactPerson, 'notice', { service: 'mediation', path })
  yield* serve(hearing, newest(drafted.body, 'closing-notice'), { to: 'respondent' })
}

/** One proposes it, and cannot sign for the other; a second person reads the complaint and signs. */
async function* skipped(hearing: HearingAt, draft: HearingDocument): Story<Heard> {
  const { tale, at } = hearing
  const service = 'mediation'
  await tale.does(tale.contactPerson, 'skip', { service, path: `${at}/skip` })
  const confirmation = { service, path: `${at}/skip/confirmation`, body: {} }
  await tale.does(tale.contactPerson, 'skip-alone', confirmation, [403])
  yield days(1)
  const opening = `${at}/documents/${draft.document}/opening`
  await tale.does(tale.colleague, 'skip-read', { service, path: opening })
  await tale.does(tale.colleague, 'skip-sign', confirmation)
  await end(hearing, 'passed-on', 1)
  return 'passed-on'
}
