/** What runs behind a server: it follows the store or the broker, and can be started, stopped and waited for. */
export interface Worker {
  start(): void | Promise<void>
  /** Resolves when what was in flight is done. */
  stop(): Promise<void>
  /** Resolves when all that was there to be done at the time of the call has been done. */
  settled(): Promise<void>
}

/** Several as one: started in this order, stopped in the reverse one. One that fails to stop keeps none from stopping. */
export function workers(...all: readonly Worker[]): Worker {
  return {
    async start() {
      for (const worker of all) await worker.start()
    },
    async stop() {
      const ends = await Promise.allSettled([...all].reverse().map((worker) => worker.stop()))
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
      if (failures.length > 0) throw new AggregateError(failures, 'a worker did not stop cleanly')
    },
    async settled() {
      for (const worker of all) await worker.settled()
    },
  }
}
