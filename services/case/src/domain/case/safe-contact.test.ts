/** Nothing goes out against a rule for safe contact (procedure §1, §9.11). */
import { specification } from '@wederhoor/decider/specification'
import { describe, test } from 'vitest'
import {
  anna,
  ask,
  cancelled,
  closed,
  context,
  granted,
  melder,
  opened,
  given as permissionGiven,
  permit,
  receiver,
  refused,
  request,
  respondent,
  sealed,
  start,
} from './builders.ts'
import { caseDecider } from './case.ts'

const { given } = specification(caseDecider)

describe('somebody who is not safe to write to', () => {
  const unsafe = (outgoing: 'allowed' | 'none', rule: string) =>
    ({
      type: 'SetSafeContact',
      party: respondent,
      outgoing,
      rule: sealed<string>(rule),
      context: context(),
    }) as const
  const set = (outgoing: 'allowed' | 'none', rule: string) =>
    ({
      type: 'SafeContactSet',
      party: respondent,
      outgoing,
      rule: sealed<string>(rule),
      by: anna,
      at: start,
    }) as const
  const history = [opened(), permissionGiven()]

  test('gets nothing, a queued letter and a closing notice too (procedure §9.11)', () => {
    given(...history, granted())
      .when(unsafe('none', 'rule'))
      .then(set('none', 'rule'), cancelled('not-safe'))
    given(...history, granted(), set('none', 'rule'))
      .when(ask({ request: request(2), permit: permit(2) }))
      .then(refused('not-safe', { request: request(2) }))
    given(...history, granted(), set('none', 'rule'), closed)
      .when(ask({ request: request(2), permit: permit(2), act: 'closing-notice' }))
      .then(refused('not-safe', { request: request(2), act: 'closing-notice' }))
  })

  test('can be written to when the rule says so again', () => {
    given(...history, set('none', 'rule'), set('allowed', 'second'))
      .when(ask())
      .then(granted())
  })
})

describe('a melder who set a rule for safe contact at intake', () => {
  const history = [opened({ safeContact: 'rule-set' }), permissionGiven()]
  const asked = { act: 'serve-answer', receiver: receiver(melder) } as const
  const { permission: _none, ...own } = granted(asked)
  const confirm = (outgoing: 'allowed' | 'none') =>
    ({
      type: 'SafeContactSet',
      party: melder,
      outgoing,
      rule: sealed<string>(`confirmed-${outgoing}`),
      by: anna,
      at: start,
    }) as const

  test('gets nothing until somebody here has confirmed it (procedure §1, §9.11)', () => {
    given(...history)
      .when(ask(asked))
      .then(refused('not-safe', asked))
    given(...history, confirm('allowed'))
      .when(ask(asked))
      .then({ ...own, permission: undefined })
  })

  test('gets nothing after it was confirmed that nothing may go out, nor a closing notice', () => {
    given(...history, confirm('none'))
      .when(ask(asked))
      .then(refused('not-safe', asked))
    const notice = { act: 'closing-notice', receiver: receiver(melder) } as const
    given(...history, closed)
      .when(ask(notice))
      .then(refused('not-safe', notice))
  })

  test('is taken to have set one where intake did not tell', () => {
    given(opened({ safeContact: undefined }))
      .when(ask(asked))
      .then(refused('not-safe', asked))
  })

  test('is not spoken for by a rule about somebody else', () => {
    given(...history, { ...confirm('allowed'), party: respondent })
      .when(ask(asked))
      .then(refused('not-safe', asked))
  })

  test('does not stop what goes to others with their permission', () => {
    given(...history)
      .when(ask())
      .then(granted())
  })
})
