import { z } from 'zod'
import * as form from '../forms.ts'
import { open, published } from '../published.ts'

const pattern = open('random id of the pattern', form.patternId)
const signal = open('random id of the signal', form.signalId)
const addressee = open('a ministry or municipality is an organisation', form.code('addressee'))
const at = open('time of the act', form.instant)

export const patternDetected = published({
  service: 'signalling',
  name: 'pattern-detected',
  version: 1,
  subject: 'pattern',
  summary:
    'One organisation was named at several desks within the window of the policy (SIG-20). Never a person.',
  fields: {
    pattern,
    organisation: open('an organisation of the reference register', form.organisationId),
    desks: open('number of desks', z.int().min(2)),
    reports: open('number of reports', z.int().min(2)),
    at,
  },
})

export const signalSent = published({
  service: 'signalling',
  name: 'signal-sent',
  version: 1,
  subject: 'signal',
  summary: 'An approved signal went to its addressee, with a date for the answer (SIG-09, SIG-11).',
  fields: { signal, addressee, dueAt: open('date for the answer', form.instant), at },
})

export const signalAnswered = published({
  service: 'signalling',
  name: 'signal-answered',
  version: 1,
  subject: 'signal',
  summary: 'The addressee answered: what it does with the signal, by when (SIG-11).',
  fields: { signal, addressee, action: open('coded', form.code('antwoord-signaal')), at },
})

export const signalOverdue = published({
  service: 'signalling',
  name: 'signal-overdue',
  version: 1,
  subject: 'signal',
  summary: 'The date for an answer passed in silence (SIG-11: not into a drawer).',
  fields: { signal, addressee, at },
})

export const signallingEvents = [
  patternDetected,
  signalSent,
  signalAnswered,
  signalOverdue,
] as const
