/** Acute danger: one person gives the minimum at once, a second one looks at it the next working day. */
import { days, type Story } from '../timetable.ts'
import type { Tale } from './tale.ts'

const service = 'case'

export async function* dangerStory(tale: Tale): Story {
  const { contactPerson, colleague, dossier } = tale
  const path = `/cases/${dossier}/dangers`
  const body = {
    receiver: 'politie',
    ground: 'bedreiging-concreet',
    content: 'Iemand wordt bedreigd op het adres dat is doorgegeven.',
    telling: 'told',
  }
  const reported = await tale.does(contactPerson, 'danger', { service, path, body })
  yield days(1)
  const at = `${path}/${String(reported.body['danger'])}`
  await tale.does(colleague, 'danger-read', { service, path: `${at}/opening` })
  const review = { service, path: `${at}/review`, body: { verdict: 'justified' } }
  await tale.does(colleague, 'danger-review', review)
}
