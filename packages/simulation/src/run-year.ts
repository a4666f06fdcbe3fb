/** Lives a planned year through the public API: people report, desks accept, refuse or stay silent, the clock runs on. */
import { desksOn, nationalDesk } from '@wederhoor/contracts/desks'
import type { Acknowledged, AcknowledgedList } from './acknowledged.ts'
import { caseStory } from './follow-up/case-story.ts'
import { covenantStory } from './follow-up/covenant-story.ts'
import { accountOf, tale, Unplanned } from './follow-up/tale.ts'
import type { Answer, People } from './people.ts'
import { addMs, days, hours, type Story, type TimetableWorld, timetable } from './timetable.ts'
import type { PlannedMelding } from './year.ts'

export interface YearWorld extends TimetableWorld {
  readonly people: People
}

export interface YearRun {
  /** Answers nobody planned for: a fault, with the request that got it. */
  readonly unexpected: readonly string[]
  /** Where the time went: requests, and waiting until everything had come to rest. */
  readonly spent: { readonly actingMs: number; readonly restingMs: number; readonly rests: number }
}

type DeskAnswer = PlannedMelding['deskAnswer']

/** After the year the clock runs past every deadline: the longest is a year, and each may start another. */
const STEPS_AFTER = 40
const STEP_DAYS = 10

export async function runYear(
  plan: readonly PlannedMelding[],
  world: YearWorld,
  acknowledged: AcknowledgedList,
  progress: (done: number) => void,
): Promise<YearRun> {
  const { people } = world
  const times = timetable(world)
  const unexpected: string[] = []
  const planOf = new Map<string, PlannedMelding>()
  /** What the national layer is to assign, and from when on. */
  const awaiting = new Map<Acknowledged, string>()
  let reported = 0
  let nationalRoundAt = ''

  for (const planned of plan) times.add(planned.at, () => report(planned))
  const [first] = plan
  if (first !== undefined) {
    const year = first.at.slice(0, 4)
    const registered = covenantStory(people.as('nora'), year)
    times.tell(`${year}-04-01T00:00:00.000Z`, watched(registered))
  }

  async function report(planned: PlannedMelding): Promise<void> {
    const known = acknowledged.all.get(planned.index)
    if (known === undefined) {
      const answer = await people.nobody.post('intake', '/meldingen', planned.body, planned.key)
      if (answer.status !== 201) return notPlanned(new Unplanned('report', answer))
      const { dossier, code, status, offeredTo } = answer.body as unknown as Acknowledged
      acknowledged.add({ index: planned.index, dossier, code, status, offeredTo })
    }
    const one = acknowledged.all.get(planned.index)
    if (one === undefined) return
    planOf.set(one.dossier, planned)
    reported += 1
    progress(reported)
    const { at } = planned
    if (planned.endsAtIntake) times.tell(addMs(at, hours(3)), watched(endAtIntake(one, planned)))
    else if (one.offeredTo !== null) offered(one, one.offeredTo, planned.deskAnswer, at)
    else callNationalLayer(one, at)
  }

  async function* endAtIntake(one: Acknowledged, planned: PlannedMelding): Story {
    const door = people.as('door')
    const path = `/meldingen/${one.dossier}`
    const { classification, key } = planned
    const classified = await door.post(
      'intake',
      `${path}/classification`,
      classification,
      `${key}-c`,
    )
    requireOk(classified, 'classify')
    const reason = planned.anonymous ? 'anoniem-zonder-vervolg' : 'verhaal-gedaan'
    yield 0
    requireOk(await door.post('intake', `${path}/ending`, { reason }, `${key}-e`), 'end')
  }

  /** Silence is noticed by the clock; the national layer looks once a day. */
  function offered(one: Acknowledged, desk: string, how: DeskAnswer, at: string): void {
    if (how === 'silent') callNationalLayer(one, addMs(at, days(7)))
    else times.tell(addMs(at, hours(5)), watched(answerOffer(one, desk, how, at)))
  }

  async function* answerOffer(
    one: Acknowledged,
    desk: string,
    how: DeskAnswer,
    offeredAt: string,
  ): Story {
    const planned = planOf.get(one.dossier)
    if (planned === undefined) return
    const staff = people.as(accountOf(desk))
    const path = `/meldingen/${one.dossier}`
    if (how === 'accepts') {
      const key = `${planned.key}-${desk}-a`
      requireOk(await staff.post('intake', `${path}/acceptance`, undefined, key), 'accept')
      const { dossier, code } = one
      return yield* caseStory(tale({ dossier, code, desk, planned, people }))
    }
    const body = { reason: 'geen-capaciteit' }
    const answer = await staff.post('intake', `${path}/refusal`, body, `${planned.key}-${desk}-r`)
    requireOk(answer, 'refuse')
    const { offeredTo, status, holder } = answer.body
    const nextAt = addMs(offeredAt, hours(5))
    // A repeat after a crash may find that somebody has accepted by now.
    if (status === 'accepted') offered(one, String(holder), 'accepts', nextAt)
    else if (typeof offeredTo === 'string') offered(one, offeredTo, planned.secondAnswer, nextAt)
    else callNationalLayer(one, nextAt)
  }

  /** The next working hour in which the national layer looks at what came to it. */
  function callNationalLayer(one: Acknowledged, at: string): void {
    const next = addMs(at, days(1))
    awaiting.set(one, next)
    if (next <= nationalRoundAt) return
    nationalRoundAt = next
    times.tell(next, watched(nationalRound()))
  }

  async function* nationalRound(): Story {
    const at = yield 0
    for (const [one, from] of awaiting) {
      if (from > at) continue
      awaiting.delete(one)
      await assign(one, at, '')
    }
  }

  /** Whatever fell between the desks: found by the national layer itself. */
  async function* lastRound(): Story {
    const at = yield 0
    const { body } = await people.as('nora').get('intake', '/meldingen')
    const waiting = body['meldingen'] as readonly { dossier: string; status: string }[]
    for (const { dossier, status } of waiting) {
      const planned = planOf.get(dossier)
      const one = planned && acknowledged.all.get(planned.index)
      if (one !== undefined && status === 'escalated') await assign(one, at, at.slice(0, 10))
    }
  }

  async function assign(one: Acknowledged, at: string, round: string): Promise<void> {
    const planned = planOf.get(one.dossier)
    const desks = desksOn(at).map(({ id }) => id)
    const desk = planned?.unconnected
      ? nationalDesk
      : (desks[one.index % desks.length] ?? nationalDesk)
    const path = `/meldingen/${one.dossier}/assignment`
    const key = `${planned?.key}-n${round}`
    requireOk(await people.as('nora').post('intake', path, { desk }, key), 'assign')
    offered(one, desk, 'accepts', at)
  }

  /** What nobody planned for is written down, and ends that story only. */
  async function* watched(story: Story): Story {
    try {
      yield* story
    } catch (error) {
      if (!(error instanceof Unplanned)) throw error
      notPlanned(error)
    }
  }

  function notPlanned(error: Unplanned): void {
    unexpected.push(error.message)
  }

  await times.liveThrough()
  for (let step = 0; step < STEPS_AFTER; step += 1) {
    await world.moveTo(addMs(await world.now(), days(STEP_DAYS)))
    times.tell(await world.now(), watched(lastRound()))
    await times.liveThrough()
  }
  return { unexpected, spent: times.spent }
}

function requireOk(answer: Answer, what: string): void {
  if (answer.status !== 200) throw new Unplanned(what, answer)
}
