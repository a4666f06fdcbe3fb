/** Whether what runs behind a server still does its work: a service that only answers is not well. */
import type { Relay } from '@wederhoor/broker/relay'
import type { Projection } from '@wederhoor/event-store/projection'
import type { ReadinessCheck } from '@wederhoor/http/health'

/** A failed attempt is ordinary; by the fifth in a row, after about a second and a half, it is stuck at an entry. */
const FAILURES_MAX = 5

/** Rejects while a projection does not follow the ledger: stopped for good, not started, or stuck at an entry. */
export const follows =
  ({ health }: Pick<Projection, 'health'>): ReadinessCheck =>
  async () => {
    const { name, state, failures } = health()
    const isFollowing = state === 'running' || state === 'failing'
    if (!isFollowing || failures >= FAILURES_MAX) throw new Error(`${name} is ${state}`)
  }

/**
 * Rejects once a relay has stopped for good. A broker that does not answer is no reason to be unready: a report is taken
 * all the same, and announced later.
 */
export const announces =
  ({ health }: Pick<Relay, 'health'>): ReadinessCheck =>
  async () => {
    if (health().state === 'stopped') throw new Error('the relay has stopped')
  }
