/**
 * Guessing is slowed down, per code and per source, in a table that survives a restart. An attempt is counted before
 * it is looked at, in one statement, so that a thousand at the same time count as a thousand.
 */
import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '@wederhoor/calendar/clock'
import type { Pool } from 'pg'
import { type AccessCode, codeDigest, keyed, parseCode } from './code.ts'

export interface GuessLimits {
  /** Wrong attempts that cost nothing. */
  readonly freeAttempts: number
  /** Wait after the first attempt beyond those; it doubles with each further one. */
  readonly firstDelayMs: number
  readonly delayMsMax: number
  /** After so long without an attempt everything is forgotten. */
  readonly forgetAfterMs: number
}

/**
 * Limits for codes and sources out of what is free per hour: the first attempt beyond waits a minute, each further one
 * twice as long as the one before, an hour at most; after an hour of rest all is forgotten.
 */
export function hourlyLimits(free: { readonly code: number; readonly source: number }) {
  const limit = (freeAttempts: number): GuessLimits => ({
    freeAttempts,
    firstDelayMs: 60_000,
    delayMsMax: 3_600_000,
    forgetAfterMs: 3_600_000,
  })
  return { code: limit(free.code), source: limit(free.source) }
}

/** What the caller's own table knows under a digest. An expired code is given back as `expired`, not as absent. */
export interface KnownCode<Holder> {
  readonly digest: string
  readonly expired: boolean
  readonly holder: Holder
}

export type CodeAnswer<Holder> =
  | { readonly kind: 'known'; readonly holder: Holder }
  /** Wrong, malformed or expired: nobody learns which. */
  | { readonly kind: 'unknown' }
  /** Too many attempts for this code or this source; right or wrong was not told. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

export interface CodeThrottle {
  /**
   * Asks who holds a code. `source` says where the question comes from, such as an IP address; it is stored as an HMAC
   * only. Every attempt does the same work, whatever comes of it: both counters, one `find`, one comparison, one settling.
   * Durable on return. Errors of the database come as they are: nobody was let in, and the attempt may have counted.
   */
  ask<Holder>(
    code: string,
    source: string,
    find: (digest: string) => Promise<KnownCode<Holder> | null>,
  ): Promise<CodeAnswer<Holder>>
  /** Removes what may be forgotten and returns how many rows went. Call it now and then. */
  sweep(): Promise<number>
}

interface Counted {
  readonly key: Buffer
  readonly refused: boolean
  readonly blockedUntilMs: number | null
}

// A row that was not touched for long enough starts anew; inside the blocked time nothing moves.
const countSql = `
insert into identity.guess as g (key, failures, blocked_until, seen_at, refused)
values ($1, 1, case when $3::int < 1 then $2::timestamptz + $4::float8 * interval '1 ms' end, $2, false)
on conflict (key) do update set
  (failures, blocked_until, refused) = (
    select
      case when held then g.failures else next end,
      case
        when held then g.blocked_until
        when next > $3::int
          then $2::timestamptz + least($4::float8 * power(2, least(next - $3::int - 1, 40)), $5::float8) * interval '1 ms'
      end,
      held
    from (select
      coalesce(g.blocked_until > $2, false) as held,
      case when g.seen_at < $2::timestamptz - $6::float8 * interval '1 ms' then 1 else g.failures + 1 end as next
    ) as attempt
  ),
  seen_at = greatest(g.seen_at, $2)
returning refused, blocked_until`

// A right code takes back its own attempt only: an own code must not wash away the guesses at others.
const settleSql = `
update identity.guess
set failures = failures - 1,
    blocked_until = case when blocked_until is not distinct from $3::timestamptz then null else blocked_until end
where key = $1 and $2::boolean and failures > 0`

const noDigest = Buffer.alloc(43)

/** Needs the migrations of this package, schema `identity`. */
export function codeThrottle(parts: {
  readonly db: Pool
  readonly pepper: Uint8Array
  readonly clock: Clock
  readonly limits: { readonly code: GuessLimits; readonly source: GuessLimits }
}): CodeThrottle {
  const { db, pepper, clock, limits } = parts

  async function count(kind: 'code' | 'source', name: string, now: string): Promise<Counted> {
    const key = keyed(pepper, `guess-${kind}`, name)
    const { freeAttempts, firstDelayMs, delayMsMax, forgetAfterMs } = limits[kind]
    const { rows } = await db.query<{ refused: boolean; blocked_until: Date | null }>(countSql, [
      key,
      now,
      freeAttempts,
      firstDelayMs,
      delayMsMax,
      forgetAfterMs,
    ])
    const row = rows[0]
    return {
      key,
      refused: row?.refused ?? true,
      blockedUntilMs: row?.blocked_until?.getTime() ?? null,
    }
  }

  async function settle(counted: Counted, right: boolean): Promise<void> {
    const until = counted.blockedUntilMs === null ? null : new Date(counted.blockedUntilMs)
    await db.query(settleSql, [counted.key, right, until])
  }

  return {
    async ask(code, source, find) {
      const now = await clock.now()
      const parsed = parseCode(code)
      // What is no code costs the same as one, and its digest is nobody's.
      const digest = codeDigest(parsed ?? (code as AccessCode), pepper)
      const ofSource = await count('source', source, now)
      const ofCode = await count('code', digest, now)
      const found = await find(digest)
      const equal = sameDigest(digest, found?.digest)
      const refused = ofSource.refused || ofCode.refused
      const right = !refused && equal && parsed !== null && found !== null && !found.expired
      await settle(ofSource, right)
      await settle(ofCode, right)
      if (refused)
        return { kind: 'throttled', retryAfterSeconds: waitSeconds(now, ofSource, ofCode) }
      return right ? { kind: 'known', holder: found.holder } : { kind: 'unknown' }
    },
    async sweep() {
      const forgetMs = Math.max(limits.code.forgetAfterMs, limits.source.forgetAfterMs)
      const before = new Date(Date.parse(await clock.now()) - forgetMs)
      const { rowCount } = await db.query(
        'delete from identity.guess where seen_at < $1 and coalesce(blocked_until < $1, true)',
        [before],
      )
      return rowCount ?? 0
    },
  }
}

function sameDigest(asked: string, found: string | undefined): boolean {
  const left = Buffer.from(asked)
  const right = found === undefined ? noDigest : Buffer.from(found)
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}

function waitSeconds(now: string, ...counters: readonly Counted[]): number {
  const untilMs = Math.max(...counters.map((one) => one.blockedUntilMs ?? 0))
  return Math.max(1, Math.ceil((untilMs - Date.parse(now)) / 1000))
}
