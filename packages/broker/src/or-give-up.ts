import { setTimeout as pause } from 'node:timers/promises'

const CLOSE_WAIT_MS = 3_000

/** Waits for the end of a client whose broker may be away, but not for the broker. */
export async function orGiveUp(work: Promise<void>): Promise<void> {
  const giveUp = new AbortController()
  const waited = pause(CLOSE_WAIT_MS, undefined, { signal: giveUp.signal })
  await Promise.race([work.catch(() => undefined), waited])
  giveUp.abort()
  await waited.catch(() => undefined)
}
