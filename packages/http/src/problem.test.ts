import { ClockError } from '@wederhoor/calendar/clock'
import { TooMuchContention } from '@wederhoor/decider/handler'
import { StoreError } from '@wederhoor/event-store/port'
import { IdentityError } from '@wederhoor/identity/identity-error'
import { VaultError } from '@wederhoor/vault/port'
import { describe, expect, test } from 'vitest'
import { codeProblem } from './code-problem.ts'
import { failureProblem } from './failure-problem.ts'
import { denied, problem, problemBody, refuse, requireNoErrors } from './problem.ts'

type Reason = 'case-not-open' | 'same-person'

describe('a rejection', () => {
  test('is answered by the status and the words of its reason', () => {
    const found = refuse<Reason>(
      { reason: 'same-person' },
      { 'case-not-open': 409, 'same-person': 403 },
      { 'case-not-open': 'The case is not open.', 'same-person': 'Somebody else does this.' },
    )
    expect(problemBody(found, 'urn:uuid:1')).toEqual({
      type: 'urn:wederhoor:problem:same-person',
      title: 'Same person',
      status: 403,
      detail: 'Somebody else does this.',
      instance: 'urn:uuid:1',
      code: 'same-person',
    })
  })

  test('does not compile while a reason has no status', () => {
    const statuses = { 'case-not-open': 409 }
    const texts = { 'case-not-open': 'Not open.', 'same-person': 'The same.' }
    // @ts-expect-error the status of same-person is missing
    refuse<Reason>({ reason: 'case-not-open' }, statuses, texts)
  })
})

describe('what a route finds wrong with the input', () => {
  const error = { path: '/body/reason', code: 'unknown-code', message: 'not on the list' }

  test('is told at once, and counted in words', () => {
    expect(() => requireNoErrors([error])).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid-input', errors: [error] }),
    )
    expect(() => requireNoErrors([error])).toThrow('One thing is wrong with the input.')
    expect(() => requireNoErrors([error, error])).toThrow('2 things are wrong with the input.')
  })

  test('is nothing to refuse when there is nothing', () => {
    expect(() => requireNoErrors([])).not.toThrow()
  })
})

describe('an access code that lets nobody in', () => {
  test('is 401 or 429, never more than that, and a denial', () => {
    expect(codeProblem({ kind: 'unknown' })).toMatchObject({ status: 401, denied: 'code-unknown' })
    expect(codeProblem({ kind: 'throttled', retryAfterSeconds: 60 })).toMatchObject({
      status: 429,
      denied: 'code-throttled',
      headers: { 'retry-after': '60' },
    })
  })
})

describe('a problem', () => {
  test('says when to come back, and that access was denied', () => {
    expect(
      problem(429, { code: 'throttled', detail: 'Wait.', retryAfterSeconds: 60 }).headers,
    ).toEqual({
      'retry-after': '60',
    })
    expect(denied('other-desk')).toMatchObject({
      status: 403,
      denied: 'other-desk',
      code: 'forbidden',
    })
  })
})

describe('what the world could not do', () => {
  test.each<[string, Error, number, string | undefined]>([
    ['a full queue', new StoreError('queue-full', 'm'), 503, '1'],
    ['a store that is away', new StoreError('unavailable', 'm'), 503, '2'],
    ['an unknown outcome', new StoreError('outcome-unknown', 'm'), 503, '2'],
    ['a reused id', new StoreError('id-reused', 'm'), 409, undefined],
    ['an owner behind a fence', new StoreError('erased', 'm'), 410, undefined],
    ['a halted ledger', new StoreError('halted', 'm'), 503, '60'],
    ['an entry that cannot be', new StoreError('invalid-entry', 'm'), 500, undefined],
    ['contention', new TooMuchContention('case-1', 20), 503, '1'],
    ['erased content', new VaultError('erased', 'm'), 410, undefined],
    ['content that is not there', new VaultError('unknown-commitment', 'm'), 404, undefined],
    ['an access log that cannot be written', new VaultError('not-logged', 'm'), 503, '2'],
    ['tampering', new VaultError('tampered', 'm'), 500, undefined],
    ['keys that do not come', new IdentityError('keys-unavailable', 'm'), 503, '2'],
    ['a bad token', new IdentityError('token-invalid', 'm'), 401, undefined],
    ['no clock', new ClockError('clock-unavailable', 'm'), 503, '2'],
    ['a refused connection', Object.assign(new Error('m'), { code: 'ECONNREFUSED' }), 503, '2'],
    ['a database that stops', Object.assign(new Error('m'), { code: '57P01' }), 503, '2'],
    ['a broken constraint', Object.assign(new Error('m'), { code: '23505' }), 500, undefined],
    ['a bug', new TypeError('m'), 500, undefined],
  ])('%s', (_name, error, status, retryAfter) => {
    const found = failureProblem(error)
    expect([found.status, found.headers['retry-after']]).toEqual([status, retryAfter])
    expect(found.detail).not.toBe('m')
    expect(found.cause).toBe(error)
  })
})
