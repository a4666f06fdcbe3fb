import {
  handoverAccepted,
  intakeEvents as publishedEvents,
  reportCounted,
} from '@wederhoor/contracts/events/intake'
import { reader } from '@wederhoor/contracts/published'
import type { Uuid } from '@wederhoor/vault/fields'
import { describe, expect, test } from 'vitest'
import { announce } from './announce.ts'
import { deadlinesOf } from './deadlines.ts'
import type { IntakeEvent, MeldingEvent } from './domain/events.ts'
import {
  acceptDueAt,
  accepted,
  assignDueAt,
  context,
  ended,
  escalated,
  firstContactDueAt,
  offerDueAt,
  offered,
  registered,
  sealed,
  start,
} from './domain/melding/builders.ts'
import { stepHeard } from './reactions.ts'

const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
const read = reader(publishedEvents)

describe('what intake announces', () => {
  test('an acceptance carries what the receiver needs, and it satisfies its contract', () => {
    const published = announce(accepted('loket-utrecht') as IntakeEvent, dossier)
    expect(published).toMatchObject({ type: handoverAccepted.type, subject: dossier })
    expect(published && read(published)).toMatchObject({
      name: 'handover-accepted',
      desk: 'loket-utrecht',
      safeContact: 'none-set',
      codeDigest: sealed('code').sealed,
    })
  })

  test('that a rule for safe contact was set goes out, and nothing of the rule (procedure §1)', () => {
    const published = announce(accepted('loket-utrecht', 1, 'rule-set') as IntakeEvent, dossier)
    expect(published?.data).toMatchObject({ safeContact: 'rule-set' })
  })

  test('a count goes out under its own subject, without a dossier', () => {
    const count = '0f0e0d0c-0b0a-4908-8706-050403020100' as Uuid<'CountId'>
    const published = announce(
      {
        type: 'ReportCounted',
        count,
        month: '2024-03' as Uuid<'Month'>,
        grounds: ['geslacht' as Uuid<'grond'>],
        terreinen: ['onderwijs' as Uuid<'terrein'>],
        natures: ['bedreiging' as Uuid<'aard'>],
        melderKind: 'getuige' as Uuid<'soort-melder'>,
        desk: 'loket-utrecht' as Uuid<'desk'>,
        newPerson: true,
        newEvent: true,
      },
      '',
    )
    expect(published).toMatchObject({ type: reportCounted.type, subject: `count/${count}` })
  })

  test('what was said stays inside', () => {
    const said: IntakeEvent = {
      type: 'MeldingAddedTo',
      melder: context().actor.pseudonym as unknown as Uuid<'PartyId'>,
      from: 'melder',
      text: sealed('text'),
      at: acceptDueAt,
    }
    expect(announce(said, dossier)).toBeUndefined()
    expect(announce(registered() as IntakeEvent, dossier)).toBeUndefined()
  })
})

describe('the clocks of a melding', () => {
  test('run from registration, move with the offer, and stop when somebody holds it or it ended', () => {
    expect(deadlinesOf(registered())).toEqual({
      set: [
        { kind: 'offer', dueAt: offerDueAt },
        { kind: 'first-contact', dueAt: firstContactDueAt },
      ],
    })
    expect(deadlinesOf(offered('desk-a'))).toEqual({
      set: [{ kind: 'acceptance', dueAt: acceptDueAt }],
      clear: ['offer', 'assignment'],
    })
    expect(deadlinesOf(escalated('refusals'))).toEqual({
      set: [{ kind: 'assignment', dueAt: assignDueAt }],
      clear: ['offer', 'acceptance'],
    })
    const every = ['offer', 'acceptance', 'assignment', 'first-contact']
    expect(deadlinesOf(accepted('desk-a')).clear).toEqual(every)
    expect(deadlinesOf(ended).clear).toEqual(every)
  })

  test('of one that escalated before there was a clock is due at once', () => {
    const { assignDueAt: _none, ...before } = { ...escalated('refusals'), assignDueAt: undefined }
    expect(deadlinesOf(before as MeldingEvent).set).toEqual([{ kind: 'assignment', dueAt: start }])
  })
})

describe('what the melder is told of the others', () => {
  test('what concerns the other party or stays inside the house is no step', () => {
    const at = acceptDueAt
    const hearing = dossier as Uuid<'HearingId'>
    const of = { dossier: dossier as Uuid<'DossierId'>, hearing, at }
    expect(stepHeard({ name: 'respondent-silent', ...of })).toBe('respondent-silent')
    expect(
      stepHeard({ name: 'cooperation-recorded', ...of, cooperation: 'x' as Uuid<'medewerking'> }),
    ).toBeUndefined()
  })
})
