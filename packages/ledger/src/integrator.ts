/**
 * The integrator of one ledger: follows the store's order, keeps its tree and publishes a signed checkpoint within a
 * second of each commit. Several may run for one ledger: a lease lets one work, and the guard's compare-and-set keeps any
 * other from signing. Where what was promised and what is there do not agree it refuses for good and halts the ledger.
 */
import type { EventStore } from '@wederhoor/event-store/port'
import { waiter } from '@wederhoor/event-store/waiter'
import { beginEpoch, type EpochBegun, EpochError, type EpochRequest } from './epoch.ts'
import {
  checkpointIn,
  type Integration,
  type IntegrationParts,
  integrationSteps,
} from './integration.ts'
import type { Lease } from './lease.ts'
import { SigningRefused } from './refusal.ts'

export interface IntegratorParts extends Omit<IntegrationParts, 'store' | 'followed'> {
  /** Past every cache. */
  readonly store: Pick<EventStore, 'readAll' | 'head' | 'onAppended' | 'halt' | 'resume'>
  /** Where pages are read: `store`, or what several followers share. */
  readonly followed: Pick<EventStore, 'readAll'>
  readonly lease: Lease
  /** See `EpochParts`. */
  readonly publicKeys: () => Promise<readonly Uint8Array[]>
  /** An attempt failed and will be repeated. */
  readonly onFailure: (error: unknown) => void
  /** Nothing more is signed, and the ledger is halted or about to be: once, for a person to see. */
  readonly onRefused: (refusal: SigningRefused) => void
  /** Pause between two checkpoints while entries keep coming; 200 ms by default. */
  readonly paceMs?: number
  /** Pause between two looks at the ledger when nothing wakes it; 500 ms by default. */
  readonly pollMs?: number
}

export interface IntegratorHealth {
  readonly state: 'stopped' | 'running' | 'refused'
  /** Attempts that failed in a row. */
  readonly failures: number
  readonly refusal: SigningRefused | undefined
}

export interface Integrator {
  start(): void
  /** Resolves when the step under way is done and the lease is given up. */
  stop(): Promise<void>
  /**
   * Resolves when the published checkpoint covers every entry that was there at the call, whoever published it. Repeats
   * what fails, tells `onFailure` of each and gives up after 20 failures in a row (17 s), which is no end of the work of
   * `start`.
   * @throws SigningRefused; an Error of code `not-settled` that names the ledger, its `cause` the last failure; what a
   * step throws, when stopped meanwhile.
   */
  settled(): Promise<void>
  /**
   * One step now, unless another process has the lease.
   * @throws SigningRefused, at every call after the first refusal; and what a step throws, for another attempt.
   */
  integrate(): Promise<Integration | { readonly kind: 'elsewhere' }>
  /**
   * Begins an epoch (see `beginEpoch`), publishes its first checkpoint and resumes the ledger. After a crash or a failure
   * the same request goes on from where it stopped; until then the ledger stays halted.
   * @throws EpochError, GuardError, SigningRefused, and what a step throws.
   */
  openEpoch(request: EpochRequest, appendBegun: (begun: EpochBegun) => Promise<void>): Promise<void>
  health(): IntegratorHealth
}

const RETRY_MS = [100, 200, 400, 800]
const ELSEWHERE_MS = 50
/** Of `settled`, about 17 s: longer than a restart of a database takes, and short enough for somebody who waits. */
const ATTEMPTS_MAX = 20
/** Of `settled`: half a minute in which another process has the lease and its checkpoint does not grow. */
const LOOKS_MAX = 600
/** While the ledger is quiet: how often a look is a whole step, which also sees a restored guard or another key. */
const WHOLE_STEP_EVERY = 10

export function integrator(parts: IntegratorParts): Integrator {
  const { store, tiles, guard, lease } = parts
  const paceMs = parts.paceMs ?? 200
  const pollMs = parts.pollMs ?? 500
  const steps = integrationSteps(parts)
  const wait = waiter()
  const serially = oneAtATime()
  let running: Promise<void> | undefined
  let stopping = false
  let failures = 0
  let refusal: SigningRefused | undefined
  let isHalted = false
  /** The size of the last checkpoint seen to cover the whole ledger, while nothing else has happened since. */
  let levelAt: number | undefined

  async function attempt(): Promise<Integration | { readonly kind: 'elsewhere' }> {
    levelAt = undefined
    if (refusal !== undefined) await refuse(refusal)
    if (!(await lease.hold())) {
      steps.forget()
      return { kind: 'elsewhere' }
    }
    try {
      const done = await steps.step()
      if (done.kind === 'fenced') await lease.release()
      if (done.kind === 'level') levelAt = done.size
      return done
    } catch (error) {
      if (!(error instanceof SigningRefused)) throw error
      refusal = error
      parts.onRefused(error)
      return await refuse(error)
    }
  }

  /** The halt is repeated until it stands. */
  async function refuse(because: SigningRefused): Promise<never> {
    if (!isHalted) await store.halt(`signing refused: ${because.code}`)
    isHalted = true
    throw because
  }

  const integrate = () => serially(attempt)

  async function run(): Promise<void> {
    const forgetWakes = store.onAppended(wait.wake)
    let quiet = 0
    while (!stopping) {
      wait.forgetWake()
      try {
        quiet = (await isLevel()) ? quiet + 1 : 0
        const kind = quiet % WHOLE_STEP_EVERY === 0 ? (await integrate()).kind : 'level'
        failures = 0
        if (kind === 'more') continue
        await wait.untilStopped(paceMs)
        await wait.untilWoken(pollMs)
      } catch (error) {
        if (error !== refusal || refusal === undefined) {
          failures += 1
          parts.onFailure(error)
        }
        await wait.untilStopped(RETRY_MS[failures - 1] ?? 1_000)
      }
    }
    forgetWakes()
  }

  /** Asks the ledger alone, as nearly every look at a quiet one finds nothing. */
  const isLevel = async () => levelAt !== undefined && levelAt === Number(await store.head())

  async function settled(): Promise<void> {
    if (refusal === undefined && (await isLevel())) return
    const head = await store.head()
    let published = 0
    let looks = 0
    for (;;) {
      const { kind } = await attemptsToSettle()
      if (kind === 'level') return
      if (kind !== 'elsewhere') continue
      const note = await tiles.readCheckpoint('integrated')
      const size = note === undefined ? 0 : checkpointIn(note).size
      if (size >= Number(head)) return
      looks = size > published ? 0 : looks + 1
      published = size
      if (looks >= LOOKS_MAX)
        throw new NotSettled(`${parts.origin}: another process signs, and publishes nothing.`)
      await wait.untilStopped(ELSEWHERE_MS)
    }
  }

  /** Each failure is told at once; the last one is the answer. */
  async function attemptsToSettle() {
    for (let failed = 1; ; failed += 1) {
      try {
        return await integrate()
      } catch (error) {
        if (error instanceof SigningRefused || stopping) throw error
        parts.onFailure(error)
        if (failed >= ATTEMPTS_MAX) {
          const why = error instanceof Error ? error.message : 'unknown'
          const words = `${parts.origin}: no checkpoint after ${failed} attempts, lastly: ${why}`
          throw new NotSettled(words, { cause: error })
        }
        await wait.untilStopped(RETRY_MS[failed - 1] ?? 1_000)
      }
    }
  }

  return {
    start() {
      if (running !== undefined) return
      stopping = false
      wait.restart()
      running = run()
    },
    async stop() {
      stopping = true
      wait.stop()
      await running
      running = undefined
      await serially(() => lease.release())
    },
    settled,
    integrate,
    openEpoch: (request, appendBegun) =>
      serially(async () => {
        if (!(await lease.hold()))
          throw new EpochError('somebody-else-signs', 'Another process signs for this ledger.')
        const { origin, publicKeys } = parts
        await beginEpoch({ store, tiles, guard, origin, publicKeys, appendBegun }, request)
        steps.forget()
        refusal = undefined
        isHalted = false
        for (let done = await attempt(); done.kind !== 'level'; done = await attempt()) {
          if (done.kind !== 'more')
            throw new EpochError('somebody-else-signs', 'Another process signs for this ledger.')
        }
        await store.resume()
      }),
    health() {
      const state =
        refusal !== undefined ? 'refused' : running === undefined ? 'stopped' : 'running'
      return { state, failures, refusal }
    },
  }
}

/** The checkpoint does not come to cover the ledger. */
class NotSettled extends Error {
  readonly code = 'not-settled'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotSettled'
  }
}

/** What is asked meanwhile waits its turn. */
function oneAtATime(): <Result>(call: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (call) => {
    const mine = last.then(call, call)
    last = mine.catch(() => undefined)
    return mine
  }
}
