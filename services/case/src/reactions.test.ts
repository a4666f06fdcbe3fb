import { anonymityChanged, handoverAccepted } from '@wederhoor/contracts/events/intake'
import { hearingPermitRequested } from '@wederhoor/contracts/events/mediation'
import { referralPermitRequested } from '@wederhoor/contracts/events/referral'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { describe, expect, test } from 'vitest'
import { anna, at, digest, firstContactDueAt, melder } from './domain/case/builders.ts'
import { actOf, isMatterEvent, reactionTo, readHeard } from './reactions.ts'

const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
const request = '0b0a7c52-8a56-4c7e-9d51-2f8a4be3ef11'
const start = at('2024-03-01T09:00:00.000Z')
const { settings } = rulingFor('grant-permit', start)

function reaction(type: string, data: Readonly<Record<string, unknown>>) {
  const heard = readHeard({ type, data: { dossier, ...data } })
  if (heard === undefined || isMatterEvent(heard) || heard.name === 'erasure-asked')
    return undefined
  return reactionTo(heard, { at: start, settings })
}

const acceptance = {
  desk: 'loket-utrecht',
  melder,
  acceptedBy: anna,
  acceptedAt: start,
  melderKind: 'slachtoffer',
  victimConsents: false,
  anonymity: 'known-to-us',
  firstContactDueAt,
  acuteDanger: true,
  safeContact: 'rule-set',
  codeDigest: digest('code'),
}

describe('an acceptance', () => {
  test('opens a case with whoever accepted as contact person', () => {
    expect(reaction(handoverAccepted.type, acceptance)).toEqual({
      type: 'OpenCase',
      desk: 'loket-utrecht',
      melder,
      melderKind: 'slachtoffer',
      melderDecides: true,
      contactPerson: anna,
      anonymity: 'known-to-us',
      acuteDanger: true,
      firstContactDueAt,
      safeContact: 'rule-set',
      codeDigest: digest('code'),
    })
  })

  test('of a report for another lets the melder decide only with that person’s word (WIT-02)', () => {
    for (const melderKind of ['getuige', 'intermediair', 'derde-met-toestemming']) {
      const heard = { ...acceptance, melderKind }
      expect(reaction(handoverAccepted.type, heard)).toMatchObject({ melderDecides: false })
      expect(reaction(handoverAccepted.type, { ...heard, victimConsents: true })).toMatchObject({
        melderDecides: true,
      })
    }
  })
})

describe('a request for a permit', () => {
  const asked = {
    request,
    act: 'serve-complaint',
    receiver: melder,
    digest: digest('complaint'),
    at: start,
  }

  test('is decided for a quarter of an hour, whoever asks, under one id per request', () => {
    const hearing = reaction(hearingPermitRequested.type, { ...asked, hearing: request })
    const referral = reaction(referralPermitRequested.type, { ...asked, referral: request })
    expect(hearing).toMatchObject({
      type: 'DecidePermit',
      request,
      validUntil: '2024-03-01T09:15:00.000Z',
    })
    expect(referral).toEqual(hearing)
  })
})

describe('what the others say', () => {
  test('a change of anonymity is followed', () => {
    const changed = { anonymity: 'unknown-to-us', changedAt: start }
    expect(reaction(anonymityChanged.type, changed)).toEqual({
      type: 'ChangeAnonymity',
      anonymity: 'unknown-to-us',
    })
  })

  test('anything else is left to others', () => {
    expect(reaction('nl.antidiscriminatievoorziening.intake.melding-ended.v1', {})).toBeUndefined()
  })

  test('each reaction rests on a power that is in force', () => {
    for (const act of Object.values(actOf)) expect(() => rulingFor(act, start)).not.toThrow()
  })
})
