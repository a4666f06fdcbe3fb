/** A warm handover with data: drafted, permitted, offered under a permit, and taken up, refused or left lying. */
import type { Caller } from '../people.ts'
import { addMs, days, type Story } from '../timetable.ts'
import type { PlannedReferral } from './plan-follow-up.ts'
import { codeOf, type Tale, type To, Unplanned } from './tale.ts'

const service = 'referral'
const CONFLICT = 409
const content = {
  'name-or-code': 'via het loket',
  'reachable-by': 'het loket',
  question: 'Graag steun bij de volgende stap.',
}

/** Whether the partner took it over. */
export async function* referralStory(tale: Tale, plan: PlannedReferral): Story<boolean> {
  const { dossier, contactPerson } = tale
  const at = `/dossiers/${dossier}/referrals`
  const now = yield days(1)
  const { partner, purpose } = plan
  const body = { partner, purpose, content }
  // Without a covenant nothing goes to the police: that refusal is part of the year.
  const drafted = await tale.does(contactPerson, 'refer', { service, path: at, body }, [CONFLICT])
  if (drafted.status === CONFLICT) {
    if (codeOf(drafted) === 'no-covenant') return false
    throw new Unplanned('refer', drafted)
  }
  const referral = String(drafted.body['referral'])
  const given = await tale.does(contactPerson, 'refer-permission', {
    service: 'case',
    path: `/cases/${dossier}/permissions`,
    body: {
      act: 'refer-with-data',
      receiver: partner,
      digest: drafted.body['digest'],
      fields: Object.keys(content),
      until: addMs(now, days(90)).slice(0, 10),
    },
  })
  yield 0
  await tale.does(contactPerson, 'refer-send', {
    service,
    path: `${at}/${referral}/permit-request`,
  })
  yield days(1)
  const offer = offerAt(tale, plan, referral)
  if (plan.isWithdrawn) {
    await tale.does(contactPerson, 'refer-withdraw', {
      service: 'case',
      path: `/cases/${dossier}/permissions/withdrawal`,
      body: { permission: given.body['permission'] },
    })
    yield 0
    // What was called back opens no more.
    await offer('open', 'opening', [CONFLICT])
    return false
  }
  switch (plan.partnerWill) {
    case 'refuse':
      await offer('refuse', 'refusal', [], { reason: 'geen-capaciteit' })
      return false
    case 'stay-silent':
      yield days(12)
      await tale.does(tale.national, 'taken-up', takingUp(at, referral, 'acceptance'))
      await tale.does(contactPerson, 'recall', { service, path: `${at}/${referral}/recall` })
      return false
    case 'help':
    case 'forget-to-report':
      // A repeat after a crash may find it done by now; then it opens no more.
      await offer('open', 'opening', [CONFLICT])
      await offer('accept', 'acceptance')
      yield days(2)
      await offer('contact', 'contact')
      if (plan.partnerWill === 'forget-to-report') {
        yield days(50)
        await tale.does(tale.national, 'taken-up', takingUp(at, referral, 'feedback'))
        return true
      }
      yield days(14)
      await offer('report', 'report', [], { outcome: 'geholpen', text: 'Twee gesprekken gevoerd.' })
      return true
  }
}

const takingUp = (at: string, referral: string, what: string): To => ({
  service,
  path: `${at}/${referral}/taking-up`,
  body: { what },
})

function offerAt(tale: Tale, plan: PlannedReferral, referral: string) {
  const who: Caller = tale.partner(plan.partner)
  const path = `/dossiers/${tale.dossier}/offers/${referral}`
  return (step: string, act: string, planned: readonly number[] = [], body?: object) =>
    tale.does(
      who,
      `offer-${step}`,
      { service, path: `${path}/${act}`, ...(body === undefined ? {} : { body }) },
      planned,
    )
}
