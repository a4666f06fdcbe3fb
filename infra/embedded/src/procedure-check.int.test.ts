import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { acknowledgedList } from '@wederhoor/simulation/acknowledged'
import { type PlannedFollowUp, planFollowUp } from '@wederhoor/simulation/follow-up/plan-follow-up'
import { people } from '@wederhoor/simulation/people'
import { type Fact, readFacts } from '@wederhoor/simulation/procedure-check/fact'
import { checkProcedure } from '@wederhoor/simulation/procedure-check/procedure-check'
import { runYear, type YearRun } from '@wederhoor/simulation/run-year'
import { type PlannedMelding, planYear } from '@wederhoor/simulation/year'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulatedAccounts } from './desk-accounts.ts'
import { openInstance } from './instance.ts'
import { tokens } from './tokens.ts'

/** One report for each turn that a case can take. */
const turns: readonly ((plan: PlannedFollowUp) => boolean)[] = [
  ({ hearing }) => hearing?.respondentWill === 'answer' && hearing.end === 'findings',
  ({ hearing }) => hearing?.respondentWill === 'answer' && hearing.melderWill === 'reply',
  ({ hearing }) => hearing?.respondentWill === 'answer-formally',
  ({ hearing }) => hearing?.respondentWill === 'answer-late',
  ({ hearing }) => hearing?.respondentWill === 'stay-silent',
  ({ hearing }) => hearing?.respondentWill === 'decline',
  ({ hearing }) => hearing?.kind === 'general-letter',
  ({ hearing }) => hearing?.withdraws === 'before-dispatch' && !hearing.isSkipped,
  ({ hearing }) => hearing?.withdraws === 'after-service' && !hearing.isSkipped,
  ({ hearing }) => hearing?.isSkipped === true && hearing.kind === 'complaint',
  ({ hearing }) => hearing?.isWithheld === true && hearing.respondentWill === 'answer',
  ({ referral }) => referral?.partnerWill === 'help' && referral.purpose === 'hulp',
  ({ referral }) => referral?.partnerWill === 'refuse' && referral.purpose === 'hulp',
  ({ referral }) => referral?.partnerWill === 'stay-silent' && referral.purpose === 'hulp',
  ({ referral }) => referral?.isWithdrawn === true && referral.purpose === 'hulp',
]

function oneOfEach(): readonly PlannedMelding[] {
  const year = planYear({ meldingen: 4_000, year: 2024, seed: 'turns' }).filter(
    (one) => one.deskAnswer === 'accepts' && !one.endsAtIntake && !one.unconnected,
  )
  const chosen = new Set<PlannedMelding>()
  for (const isMeant of turns) {
    const found = year.find((one) => {
      const plan = planFollowUp(one)
      return !chosen.has(one) && plan !== undefined && isMeant(plan)
    })
    if (found === undefined) throw new Error(`nobody in this year takes turn ${chosen.size}`)
    chosen.add(found)
  }
  const endangered = year.find((one) => one.body['acuteDanger'] === true && !chosen.has(one))
  if (endangered !== undefined) chosen.add(endangered)
  return [...chosen].sort((left, right) => (left.at < right.at ? -1 : 1))
}

let run: YearRun
const facts: Fact[] = []
let end: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-procedure-'))
  const { house, close } = await openInstance({
    config: { DATABASE_URL: database.url, WEDERHOOR_CLOCK: 'simulated', LOG_LEVEL: 'silent' },
    directory,
    jarsDirectory: join(directory, 'jars'),
    accounts: simulatedAccounts('2024-01-01'),
    simulated: true,
    kafka: false,
    say: () => {},
  })
  end = async () => {
    await close()
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
  await house.clock.setTo('2024-01-01T05:00:00.000Z')
  run = await runYear(
    oneOfEach(),
    {
      people: people({
        baseUrls: house.baseUrls,
        tokenFor: tokens(house),
        newKey: () => randomBytes(16).toString('hex'),
      }),
      now: () => house.clock.now(),
      moveTo: (instant) => house.clock.setTo(instant),
      settled: () => house.settled(),
    },
    acknowledgedList(join(directory, 'acknowledged.jsonl')),
    () => {},
  )
  for await (const fact of readFacts(house.pool, house.ledgerTable)) facts.push(fact)
}, 180_000)

afterAll(() => end?.())

describe('a year in which every turn is taken once', () => {
  test('goes as planned, and keeps every rule of procedure', async () => {
    expect(run.unexpected).toEqual([])
    const { violations, entriesOf } = await checkProcedure(facts)
    expect(violations).toEqual([])
    const kinds = [
      'hearing/StatementReceived/respondent',
      'hearing/StatementReceived/melder',
      'hearing/SilenceRecorded/respondent',
      'hearing/HearingDeclined/respondent',
      'hearing/HearingReopened',
      'hearing/RespondentSkipped',
      'hearing/DocumentWithheld',
      'hearing/FindingsMade',
      'case/AcuteDangerReviewed',
      'referral/ReferralDone',
      'referral/ReferralRefused',
      'referral/ReferralOverdue',
      'referral/ReferralRecalled',
    ]
    for (const kind of kinds) expect(entriesOf.get(kind) ?? 0, kind).toBeGreaterThan(0)
    expect(entriesOf.get('case/CaseClosed')).toBeGreaterThanOrEqual(turns.length)
  })

  test.each([
    ['PermitGranted', 'dispatch-under-permit'],
    ['AnonymityChosen', 'identity-stays-hidden'],
    ['DeliveryProven', 'findings-after-hearing'],
    ['StatementReceived', 'findings-after-hearing'],
    ['DeliveryProven', 'equal-file'],
    ['ReminderSent', 'silence-after-term'],
    ['HandoverAccepted', 'holder-by-acceptance'],
    ['ReferralSeen', 'holder-by-acceptance'],
    ['DocumentOpened', 'two-persons'],
    ['AcuteDangerOpened', 'two-persons'],
    ['DocumentAdded', 'closing-notice-sent'],
    ['HearingSealed', 'hearing-sealed'],
    ['PermissionNoted', 'seal-covers-all'],
  ])('would break without each %s, and the check says so: %s', async (type, rule) => {
    const without = facts.filter((fact) => fact.type !== type)
    expect(without.length).toBeLessThan(facts.length)
    const { violations } = await checkProcedure(without)
    expect(violations.map((one) => one.rule)).toContain(rule)
  })
})
