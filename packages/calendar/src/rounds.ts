import assert from 'node:assert/strict'
import type { Clock, MovableClock } from './clock.ts'

export interface Rounds {
  start(): void
  /** Resolves when the round that is under way, if any, has ended. */
  stop(): Promise<void>
  /** Resolves when a round that began after the call has ended; rejects with what that one failed with. Also when stopped. */
  settled(): Promise<void>
}

export interface RoundsParts {
  /** Never called while it is under way. */
  readonly work: () => Promise<void>
  /** Between the end of one round and the begin of the next. */
  readonly pauseMs: number
  /** Each move of a movable one begins a round at once. */
  readonly clock?: Clock | MovableClock | undefined
  /** What a round failed with that nobody waits for. The next one is the new attempt. */
  readonly onFailure: (error: unknown) => void
}

/** Does the same work again and again, one round at a time, whether it failed or not. */
export function rounds({ work, pauseMs, clock, onFailure }: RoundsParts): Rounds {
  let running = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let unsubscribe: (() => void) | undefined

  function wake(): Promise<void> {
    round ??= work().finally(() => {
      round = undefined
    })
    return round
  }

  function tick(): void {
    wake()
      .catch(onFailure)
      .finally(() => {
        if (running) timer = setTimeout(tick, pauseMs)
      })
  }

  return {
    start() {
      assert(!running, 'started twice')
      running = true
      if (clock !== undefined && 'onAdvance' in clock)
        unsubscribe = clock.onAdvance(() => void wake().catch(onFailure))
      tick()
    },
    async stop() {
      running = false
      clearTimeout(timer)
      unsubscribe?.()
      await round?.catch(() => undefined)
    },
    async settled() {
      await round?.catch(() => undefined)
      await wake()
    },
  }
}
