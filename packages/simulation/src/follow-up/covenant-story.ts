/** What the national layer settles with the police, once a year: before it no data goes there. */
import { chainPartnersOn } from '@wederhoor/contracts/partners'
import type { Caller } from '../people.ts'
import type { Story } from '../timetable.ts'
import { Unplanned } from './tale.ts'

export async function* covenantStory(national: Caller, year: string): Story {
  const from = `${year}-01-01`
  const police = chainPartnersOn(from).filter((one) => one.kind === 'politie')
  const body = {
    version: 1,
    partners: police.map((one) => one.code),
    desks: [],
    purpose: 'aangifte',
    fields: ['name-or-code', 'reachable-by', 'question'],
    validFrom: from,
    validUntil: `${Number(year) + 2}-12-31`,
  }
  const answer = await national.post('referral', '/covenants', body, `covenant-police-${year}`)
  if (answer.status !== 201) throw new Unplanned('register a covenant', answer)
  yield 0
}
