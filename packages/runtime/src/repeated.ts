/** Upkeep of the process itself, by its own timers: nothing that a rule or a deadline depends on. */
export interface Repeated {
  readonly work: () => Promise<void>
  readonly everyMs: number
  /** The first time; soon, so that a process that often restarts does it too. */
  readonly firstMs: number
  readonly onFailure: (error: unknown) => void
}

/** Does it again after each pause, whether it failed or not. `stop` waits for what is under way. */
export function repeated({ work, everyMs, firstMs, onFailure }: Repeated): {
  readonly stop: () => Promise<void>
} {
  let running = true
  let round: Promise<void> | undefined
  let timer = setTimeout(again, firstMs).unref()

  function again(): void {
    round = work()
      .catch(onFailure)
      .finally(() => {
        round = undefined
        if (running) timer = setTimeout(again, everyMs).unref()
      })
  }

  return {
    async stop() {
      running = false
      clearTimeout(timer)
      await round
    },
  }
}
