/** Which failures of a handler pass by themselves. Everything else is a poison message. */

/** PostgreSQL: connection (08), resources (53), operator intervention (57P), serialization and deadlock (40), lock (55P03). */
const SQLSTATE = /^(08...|53...|57P0[123]|57014|40001|40P01|55P03)$/
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])
/** The closed lists of our own errors, whichever package they come from. */
const OURS = new Set([
  'unavailable',
  'queue-full',
  'outcome-unknown',
  'contention',
  'clock-behind',
  'clock-ahead',
  'halted',
  'clock-stepped-back',
  'clock-unavailable',
  'closed',
  'not-committed',
])
/** What `pg` says without a code. */
const PG_MESSAGE =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Cannot use a pool after calling end)/

/** Looks through `cause` as well: a wrapped lost connection is still a lost connection. */
export function isTransient(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : ''
    if (SQLSTATE.test(code) || SOCKET.has(code) || OURS.has(code) || PG_MESSAGE.test(at.message))
      return true
  }
  return false
}
