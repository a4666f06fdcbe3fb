import type { CommandContext } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CovenantTerms, covenantDecider, objectionTo } from './covenant.ts'
import type { CovenantEvent, WithheldReason } from './events.ts'
import {
  context,
  covenantId,
  desk,
  facts,
  fieldsOf,
  huisarts,
  minimum,
  ours,
  partner,
  police,
  purpose,
  start,
  under,
} from './referral/builders.ts'

const { given } = specification(covenantDecider)
const terms = (change: Partial<CovenantTerms> = {}): CovenantTerms => {
  const { revoked: _revoked, ...rest } = facts()
  return { ...rest, ...change }
}
const register = (change: Partial<CovenantTerms> = {}) =>
  ({ type: 'RegisterCovenant', ...terms(change), context: context() }) as const
const by: CommandContext['actor']['pseudonym'] = context().actor.pseudonym
const registered = (change: Partial<CovenantTerms> = {}): CovenantEvent => ({
  type: 'CovenantRegistered',
  ...terms(change),
  by,
  at: start,
})
const revoke = { type: 'RevokeCovenant', covenant: covenantId, context: context() } as const
const revoked: CovenantEvent = { type: 'CovenantRevoked', covenant: covenantId, by, at: start }

describe('no covenant yet', () => {
  test('is settled once: parties, purpose, fields, period and version (REF-06)', () => {
    given().when(register()).then(registered())
  })

  test('begins at version 1', () => {
    given()
      .when(register({ version: 2 }))
      .thenRefused({ reason: 'version-out-of-order', version: 0 })
  })

  test('holds at least a day', () => {
    given()
      .when(register({ validUntil: '2023-12-31' as CovenantTerms['validUntil'] }))
      .thenRefused({ reason: 'period-empty' })
  })

  test('cannot be revoked', () => {
    given().when(revoke).thenRefused({ reason: 'no-such-covenant' })
  })
})

describe('a registered covenant', () => {
  test('is agreed anew as the next version', () => {
    const change = { version: 2, fields: fieldsOf('name-or-code') }
    given(registered()).when(register(change)).then(registered(change))
  })

  test('never changes within a version', () => {
    given(registered())
      .when(register({ fields: fieldsOf('everything') }))
      .thenRefused({ reason: 'version-out-of-order', version: 1 })
  })

  test('is revoked once, for good', () => {
    given(registered()).when(revoke).then(revoked)
    given(registered(), revoked).when(revoke).thenNothing()
    given(registered(), revoked)
      .when(register({ version: 2 }))
      .thenRefused({ reason: 'covenant-revoked' })
  })
})

describe('what may go to police and prosecution (REF-07)', () => {
  const exchange = {
    partner: police,
    desk: ours,
    purpose: 'aangifte',
    fields: fieldsOf('name-or-code', 'what-happened'),
  }
  const objections: readonly (readonly [
    string,
    Parameters<typeof objectionTo>[0],
    WithheldReason | undefined,
  ])[] = [
    ['goes over under a valid covenant', under(facts()), undefined],
    ['goes over on the last day', under(facts(), '2025-12-31'), undefined],
    ['stays here without a covenant', under(undefined), 'no-covenant'],
    ['stays here after it was revoked', under(facts({ revoked: true })), 'covenant-revoked'],
    ['stays here before its first day', under(facts(), '2023-12-31'), 'covenant-not-in-period'],
    ['stays here after its last day', under(facts(), '2026-01-01'), 'covenant-not-in-period'],
    [
      'stays here when the partner is no party',
      under(facts({ partners: [partner('om')] })),
      'covenant-of-others',
    ],
    [
      'stays here when the desk is no party',
      under(facts({ desks: [desk('desk-b')] })),
      'covenant-of-others',
    ],
    [
      'stays here for another purpose',
      under(facts({ purpose: purpose('opsporing') })),
      'covenant-for-another-purpose',
    ],
    [
      'stays here when a field is outside the covenant',
      under(facts({ fields: fieldsOf('name-or-code') })),
      'fields-outside-covenant',
    ],
  ]
  test.each(objections)('%s', (_behaviour, basis, objection) => {
    expect(objectionTo(basis, exchange)).toBe(objection)
  })
})

describe('what may go to other partners', () => {
  const any = { partner: huisarts, desk: ours, purpose: 'hulp' }

  test('is the minimum of fields, and no field more', () => {
    expect(objectionTo(minimum, { ...any, fields: fieldsOf('question') })).toBeUndefined()
    expect(objectionTo(minimum, { ...any, fields: fieldsOf('question', 'religion') })).toBe(
      'fields-beyond-minimum',
    )
  })

  test('never holds a field that its basis does not name', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
    fc.assert(
      fc.property(names, names, fc.boolean(), (asked, allowed, covenanted) => {
        const fields = fieldsOf(...allowed)
        const basis = covenanted
          ? under(facts({ fields, partners: [huisarts], purpose: purpose('hulp') }))
          : ({ kind: 'minimum', fields } as const)
        const goesOver = objectionTo(basis, { ...any, fields: fieldsOf(...asked) }) === undefined
        expect(goesOver).toBe(asked.every((field) => allowed.includes(field)))
      }),
    )
  })
})
