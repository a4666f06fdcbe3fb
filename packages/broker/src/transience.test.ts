import { StoreError, type StoreErrorCode } from '@wederhoor/event-store/port'
import { describe, expect, test } from 'vitest'
import { BrokerError } from './port.ts'
import { isTransient } from './transience.ts'

const coded = (code: string) => Object.assign(new Error('from outside'), { code })

describe('a failure that passes by itself', () => {
  const passing: Record<string, unknown> = {
    'a lost connection': new Error('Connection terminated unexpectedly'),
    'a refused connection': coded('ECONNREFUSED'),
    'a server that shuts down': coded('57P01'),
    'a full disk': coded('53100'),
    'a serialization failure': coded('40001'),
    'a deadlock': coded('40P01'),
    'an unavailable store': new StoreError('unavailable', 'later'),
    'a full append queue': new StoreError('queue-full', 'later'),
    'an unknown outcome': new StoreError('outcome-unknown', 'again'),
    'a halted ledger': new StoreError('halted', 'after it has been looked into'),
    'an unavailable broker': new BrokerError('unavailable', 'later'),
    'a clock that was set back': coded('clock-stepped-back'),
    'a clock without its database': coded('clock-unavailable'),
    'a wrapped lost connection': new Error('opening failed', { cause: coded('ECONNRESET') }),
  }
  for (const [name, error] of Object.entries(passing)) {
    test(`is ${name}`, () => expect(isTransient(error)).toBe(true))
  }
})

describe('a failure that no repeat helps', () => {
  const staying: Record<string, unknown> = {
    'a bug': new TypeError('undefined is not a function'),
    'a unique violation': coded('23505'),
    'an unknown table': coded('42P01'),
    'an invalid entry': new StoreError('invalid-entry', 'never'),
    'a reused id': new StoreError('id-reused', 'never'),
    'an owner behind a fence': new StoreError('erased', 'never'),
    'no error at all': 'thrown text',
  }
  for (const [name, error] of Object.entries(staying)) {
    test(`is ${name}`, () => expect(isTransient(error)).toBe(false))
  }
})

describe('each failure of the store', () => {
  /** A missing one does not compile: whoever adds a code says here whether a subject is parked for it. */
  const passes: Readonly<Record<StoreErrorCode, boolean>> = {
    unavailable: true,
    'queue-full': true,
    'outcome-unknown': true,
    'clock-behind': true,
    'clock-ahead': true,
    halted: true,
    closed: true,
    erased: false,
    'invalid-entry': false,
    'id-reused': false,
    'forbidden-category': false,
  }
  test.each(Object.entries(passes))('%s: %s', (code, does) => {
    expect(isTransient(new StoreError(code as StoreErrorCode, 'said'))).toBe(does)
  })
})
