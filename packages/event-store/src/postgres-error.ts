import pg from 'pg'
import { StoreError, type StoreErrorCode } from './port.ts'

/**
 * What a failed statement says about its transaction. `refused`: the server said no, and it was rolled back. `lost`:
 * nobody answered, so it may have been committed. `unreachable`: there was no connection, so nothing was sent.
 */
export type Failure = {
  readonly kind: 'refused' | 'lost' | 'unreachable'
  readonly cause: unknown
}

/** SQLSTATE classes after which the connection is gone (08, 57P): the answer to a COMMIT may have gone with it. */
export function failureOf(cause: unknown): Failure {
  if (!(cause instanceof pg.DatabaseError)) return { kind: 'lost', cause }
  const code = cause.code ?? ''
  const ended = code.startsWith('08') || code.startsWith('57P') || cause.severity === 'FATAL'
  return { kind: ended || cause.severity === 'PANIC' ? 'lost' : 'refused', cause }
}

/** WD: ours, raised by the append function or by a keeper. 42501: no right to call it at all. 22, 23: a value that does not fit. */
const codes: readonly (readonly [prefix: string, code: StoreErrorCode])[] = [
  ['WD001', 'clock-behind'],
  ['WD002', 'forbidden-category'],
  ['WD003', 'clock-ahead'],
  ['WD004', 'invalid-entry'],
  ['WD005', 'erased'],
  ['WD006', 'invalid-entry'],
  ['42501', 'forbidden-category'],
  ['22', 'invalid-entry'],
  ['23', 'invalid-entry'],
]

export function refusal(cause: unknown): StoreError {
  const state = cause instanceof pg.DatabaseError ? (cause.code ?? '') : ''
  const code = codes.find(([prefix]) => state.startsWith(prefix))?.[1] ?? 'unavailable'
  const message = cause instanceof Error ? cause.message : 'the database refused'
  return new StoreError(code, message, { cause })
}

export const unavailable = (cause: unknown) =>
  new StoreError('unavailable', 'the database does not answer', { cause })

export const outcomeUnknown = (cause: unknown) =>
  new StoreError('outcome-unknown', 'the connection was lost while committing', { cause })
