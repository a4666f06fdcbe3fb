/** What the sides say, and how it reaches the other. */
import { days, type Story } from '../timetable.ts'
import type { PlannedHearing } from './plan-follow-up.ts'
import {
  type HearingAt,
  newest,
  permit,
  type Side,
  serve,
  standingOf,
  untilSilent,
} from './serving.ts'

const service = 'mediation'

/** By the code in the letter; then the melder is given the answer, unless two persons withhold it. */
export async function* answered(hearing: HearingAt, plan: PlannedHearing, code: string): Story {
  const { tale } = hearing
  const text =
    plan.respondentWill === 'answer-formally'
      ? 'Wij nemen kennis van uw brief.'
      : 'Wij zagen het anders, en praten er graag over.'
  const respondent = tale.withCode(code)
  const body = { letter: { text, annexes: [] } }
  await tale.does(respondent, 'answer', { service, path: '/my-hearing/answers', body })
  yield days(1)
  const answer = newest(await standingOf(hearing), 'answer')
  if (plan.isWithheld) return yield* withheld(hearing, answer.document)
  const melderCode = yield* serve(hearing, answer, { to: 'melder' })
  switch (plan.melderWill) {
    case 'add-nothing':
      return await addsNothing(hearing)
    case 'stay-silent':
      return yield* silent(hearing, 'melder', 'answer')
    case 'reply':
      return yield* replied(hearing, melderCode, code)
  }
}

async function addsNothing({ tale, at }: HearingAt): Promise<void> {
  const body = { party: 'melder', channel: 'telefoon' }
  await tale.does(tale.contactPerson, 'adds-nothing', { service, path: `${at}/declinings`, body })
}

/** A reply goes to the respondent like the complaint did: permitted, under a permit, with a term. */
async function* replied(hearing: HearingAt, melderCode: string, code: string): Story {
  const { tale } = hearing
  yield days(4)
  const letter = { text: 'Zo heb ik het niet beleefd, maar dank voor het antwoord.', annexes: [] }
  const to = { service, path: '/my-hearing/answers', body: { letter } }
  await tale.does(tale.withCode(melderCode), 'reply', to)
  yield days(1)
  const reply = newest(await standingOf(hearing), 'reply')
  await permit(hearing, reply)
  yield 0
  yield* serve(hearing, reply, { to: 'respondent' })
  yield days(5)
  await tale.does(tale.withCode(code), 'no-more', { service, path: '/my-hearing/declining' })
}

export async function* declined(hearing: HearingAt, code: string): Story {
  const { tale } = hearing
  yield days(6)
  await tale.does(tale.withCode(code), 'decline', { service, path: '/my-hearing/declining' })
  await noteCooperation(hearing, 'weigert')
}

export async function* silent(hearing: HearingAt, side: Side, what: string): Story {
  yield* untilSilent(hearing, side, what)
}

export async function noteCooperation(hearing: HearingAt, cooperation: string): Promise<void> {
  const { tale, at } = hearing
  const { requests } = (await standingOf(hearing)) as unknown as {
    readonly requests: readonly { request: string; to: Side; act: string; stage: string }[]
  }
  const served = requests.find((one) => one.act === 'serve-complaint' && one.stage === 'delivered')
  const body = { request: served?.request, cooperation }
  await tale.does(tale.contactPerson, 'cooperation', { service, path: `${at}/cooperation`, body })
}

async function* withheld(hearing: HearingAt, document: string): Story {
  const { tale, at } = hearing
  const from = 'melder'
  const proposal = { document, from, ground: 'veiligheid' }
  const path = `${at}/withholdings`
  await tale.does(tale.contactPerson, 'withhold', { service, path, body: proposal })
  yield days(1)
  const opening = `${at}/documents/${document}/opening`
  await tale.does(tale.colleague, 'withhold-read', { service, path: opening })
  const to = { service, path: `${path}/confirmation`, body: { document, from } }
  await tale.does(tale.colleague, 'withhold-sign', to)
}
