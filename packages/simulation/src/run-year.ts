/** Lives a planned year through the public API: people report, desks accept, refuse or stay silent, the clock runs on. */
import { desksOn, nationalDesk } from '@wederhoor/contracts/desks'
import type { Acknowledged, AcknowledgedList } from './acknowledged.ts'
import { agenda } from './agenda.ts'
import type { Answer, People } from './people.ts'
import type { PlannedMelding } from './year.ts'

export interface YearWorld {
  readonly people: People
  now(): Promise<string>
  /** Moves simulated time on; never called with an earlier instant. */
  moveTo(instant: string): Promise<unknown>
  /** Resolves when everything set in motion has come to rest. */
  settled(): Promise<void>
}

export interface YearRun {
  /** How often each reason was given by a desk, and each refusal by a rule. */
  readonly refusals: Readonly<Record<string, number>>
  readonly escalatedOnTheWay: number
  /** Answers nobody planned for: a fault, with the request that got it. */
  readonly unexpected: readonly string[]
}

type Act = () => Promise<void>

const SLOT_MS = 4 * 3_600_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AT_ONCE = 8
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
  const todo = agenda<Act>(SLOT_MS)
  const refusals = new Map<string, number>()
  const unexpected: string[] = []
  const planOf = new Map<string, PlannedMelding>()
  let escalated = 0
  let reported = 0
  let nationalRoundAt = ''

  for (const planned of plan) todo.add(planned.at, () => report(planned))

  async function report(planned: PlannedMelding): Promise<void> {
    const known = acknowledged.all.get(planned.index)
    if (known === undefined) {
      const answer = await people.nobody.post('intake', '/meldingen', planned.body, planned.key)
      if (!expected(answer, 201, 'report')) return
      const { dossier, code, status, offeredTo } = answer.body as unknown as Acknowledged
      acknowledged.add({ index: planned.index, dossier, code, status, offeredTo })
    }
    const one = acknowledged.all.get(planned.index)
    if (one === undefined) return
    planOf.set(one.dossier, planned)
    reported += 1
    progress(reported)
    if (planned.endsAtIntake) later(planned.at, 3 * HOUR_MS, () => endAtIntake(one, planned))
    else if (one.offeredTo !== null)
      answerOffer(one.dossier, one.offeredTo, planned, planned.deskAnswer)
    else callNationalLayer(planned.at)
  }

  async function endAtIntake(one: Acknowledged, planned: PlannedMelding): Promise<void> {
    const door = people.as('door')
    const path = `/meldingen/${one.dossier}`
    expected(
      await door.post(
        'intake',
        `${path}/classification`,
        planned.classification,
        `${planned.key}-c`,
      ),
      200,
      'classify',
    )
    const reason = planned.anonymous ? 'anoniem-zonder-vervolg' : 'verhaal-gedaan'
    expected(
      await door.post('intake', `${path}/ending`, { reason }, `${planned.key}-e`),
      200,
      'end',
    )
  }

  function answerOffer(
    dossier: string,
    desk: string,
    planned: PlannedMelding,
    how: PlannedMelding['deskAnswer'],
    offeredAt = planned.at,
  ): void {
    // Silence is noticed by the clock; the national layer looks once a day.
    if (how === 'silent') {
      callNationalLayer(addMs(offeredAt, 7 * DAY_MS))
      return
    }
    later(offeredAt, 5 * HOUR_MS, async () => {
      const staff = people.as(accountOf(desk))
      if (how === 'accepts') {
        const answer = await staff.post(
          'intake',
          `/meldingen/${dossier}/acceptance`,
          undefined,
          `${planned.key}-${desk}-a`,
        )
        if (expected(answer, 200, 'accept'))
          later(offeredAt, 20 * HOUR_MS, () => classify(dossier, desk, planned))
        return
      }
      const body = { reason: 'geen-capaciteit' }
      const answer = await staff.post(
        'intake',
        `/meldingen/${dossier}/refusal`,
        body,
        `${planned.key}-${desk}-r`,
      )
      if (!expected(answer, 200, 'refuse')) return
      count(refusals, body.reason)
      const next = answer.body['offeredTo']
      const nextAt = addMs(offeredAt, 5 * HOUR_MS)
      if (typeof next === 'string')
        answerOffer(dossier, next, planned, planned.secondAnswer, nextAt)
      else callNationalLayer(nextAt)
    })
  }

  async function classify(dossier: string, desk: string, planned: PlannedMelding): Promise<void> {
    const staff = people.as(accountOf(desk))
    const path = `/meldingen/${dossier}/classification`
    expected(
      await staff.post('intake', path, planned.classification, `${planned.key}-c`),
      200,
      'classify',
    )
  }

  /** The next working hour in which the national layer looks at what came to it. */
  function callNationalLayer(at: string): void {
    const next = addMs(at, DAY_MS)
    if (next <= nationalRoundAt) return
    nationalRoundAt = next
    todo.add(next, nationalRound)
  }

  async function nationalRound(): Promise<void> {
    const now = await world.now()
    const { body } = await people.as('nora').get('intake', '/meldingen')
    const waiting = body['meldingen'] as readonly { dossier: string; status: string }[]
    for (const { dossier, status } of waiting) {
      const planned = planOf.get(dossier)
      if (status !== 'escalated' || planned === undefined) continue
      escalated += 1
      const desks = desksOn(now).map((one) => one.id)
      const desk = planned.unconnected
        ? nationalDesk
        : (desks[planned.index % desks.length] ?? nationalDesk)
      const key = `${planned.key}-${now.slice(0, 10)}-n`
      const answer = await people
        .as('nora')
        .post('intake', `/meldingen/${dossier}/assignment`, { desk }, key)
      if (expected(answer, 200, 'assign')) answerOffer(dossier, desk, planned, 'accepts', now)
    }
  }

  function expected(answer: Answer, status: number, what: string): boolean {
    if (answer.status === status) return true
    const reason = String(answer.body['code'] ?? answer.status)
    count(refusals, reason)
    unexpected.push(`${what}: ${answer.status} ${reason}`)
    return false
  }

  const later = (at: string, ms: number, act: Act): void => todo.add(addMs(at, ms), act)

  async function liveThrough(): Promise<void> {
    for (let slot = todo.next(); slot !== undefined; slot = todo.next()) {
      if ((await world.now()) < slot.at) await world.moveTo(slot.at)
      await atOnce(slot.acts, AT_ONCE)
      await world.settled()
    }
  }

  await liveThrough()
  for (let step = 0; step < STEPS_AFTER; step += 1) {
    await world.moveTo(addMs(await world.now(), STEP_DAYS * DAY_MS))
    await world.settled()
    const { body } = await people.as('nora').get('intake', '/meldingen')
    const waiting = body['meldingen'] as readonly unknown[]
    if (waiting.length > 0) todo.add(await world.now(), nationalRound)
    await liveThrough()
  }
  return { refusals: Object.fromEntries(refusals), escalatedOnTheWay: escalated, unexpected }
}

/** The account of a desk's caseworker in a simulated instance. */
export const accountOf = (desk: string): string => `consulent-${desk}`

const addMs = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

async function atOnce(acts: readonly Act[], width: number): Promise<void> {
  const left = [...acts]
  const worker = async (): Promise<void> => {
    for (let act = left.shift(); act !== undefined; act = left.shift()) await act()
  }
  await Promise.all(Array.from({ length: Math.min(width, acts.length) }, worker))
}
