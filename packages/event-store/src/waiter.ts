/** The pauses of one loop, ended early by a wake-up or by stopping. A wake-up while nobody waits is remembered. */
export interface Waiter {
  wake(): void
  forgetWake(): void
  stop(): void
  restart(): void
  /** Until woken, stopped or so long. */
  untilWoken(ms: number): Promise<void>
  /** Until stopped or so long: a wake-up does not hurry it. */
  untilStopped(ms: number): Promise<void>
}

export function waiter(): Waiter {
  let woken = false
  let stopped = false
  let wakeSleeper: (() => void) | undefined
  let stopSleeper: (() => void) | undefined

  async function pause(ms: number, wakeable: boolean): Promise<void> {
    if (stopped || (wakeable && woken)) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      stopSleeper = () => {
        clearTimeout(timer)
        resolve()
      }
      wakeSleeper = wakeable ? stopSleeper : undefined
    })
    wakeSleeper = undefined
    stopSleeper = undefined
  }

  return {
    wake() {
      woken = true
      wakeSleeper?.()
    },
    forgetWake() {
      woken = false
    },
    stop() {
      stopped = true
      stopSleeper?.()
    },
    restart() {
      stopped = false
    },
    untilWoken: (ms) => pause(ms, true),
    untilStopped: (ms) => pause(ms, false),
  }
}
