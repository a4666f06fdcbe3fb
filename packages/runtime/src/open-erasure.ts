import type { Clock } from '@wederhoor/calendar/clock'
import type { EventStore } from '@wederhoor/event-store/port'
import { type ErasureSteps, erasureSteps } from '@wederhoor/vault/erasure'
import type { ErasureRegister } from '@wederhoor/vault/erasure-register'
import type { KekRing } from '@wederhoor/vault/kek'
import { type KekEpochs, kekEpochs } from '@wederhoor/vault/kek-epochs'
import { type Vault, VaultError } from '@wederhoor/vault/port'
import { postgresErasure } from '@wederhoor/vault/postgres-erasure'
import { postgresRewrap } from '@wederhoor/vault/postgres-rewrap'
import { reapplyErasures } from '@wederhoor/vault/reapply-erasures'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'

/** The erasures of one database. `reapply` comes before anything is served, and again now and then: see there. */
export function openErasure(parts: {
  readonly pool: Pool
  readonly store: EventStore
  readonly kek: KekRing
  readonly register: ErasureRegister
  readonly clock: Pick<Clock, 'now'>
  readonly logger: FastifyBaseLogger
}): {
  readonly reapply: () => Promise<void>
  readonly stepsOf: (vault: Vault) => ErasureSteps
  readonly epochs: KekEpochs
} {
  const { pool, store, kek, register, clock, logger } = parts
  const storage = postgresErasure(pool)
  const epochs = kekEpochs({
    storage: postgresRewrap(pool),
    kek,
    // Random ids. Until somebody restores or erases them, no epoch that wraps them ends, and no erasure is final.
    onFailed: (failed) =>
      logger.error(
        { part: 'vault', count: failed.length, owners: failed.slice(0, 20) },
        'keys that no key epoch unwraps',
      ),
  })

  /** A key store that does not answer delays nothing: what came back there is seen to the next time. */
  async function endAgain(): Promise<void> {
    try {
      const { length: count } = await epochs.endAgain()
      if (count > 0) logger.warn({ part: 'vault', count }, 'key epochs destroyed again')
      await endDue()
    } catch (error) {
      if (!(error instanceof VaultError && error.code === 'unavailable')) throw error
    }
  }

  /** A database restored to before an erasure has forgotten that its epochs end; the register has not. */
  async function endDue(): Promise<void> {
    const now = await clock.now()
    const due = (await register.read()).flatMap(({ ending }) =>
      ending !== undefined && ending.dueAt <= now ? ending.epochs : [],
    )
    const standing = (await epochs.list()).slice(0, -1)
    for (const epoch of standing.filter((one) => due.includes(one))) {
      const ended = await epochs.end(epoch)
      if (ended.kind === 'in-use')
        logger.error({ part: 'vault', epoch, keys: ended.keys }, 'a key epoch cannot end')
      else logger.info({ part: 'vault', epoch }, 'key epoch ended')
    }
  }

  return {
    async reapply() {
      const { reapplied } = await reapplyErasures({ storage, store, kek, register })
      if (reapplied > 0) logger.warn({ part: 'vault', count: reapplied }, 'erased again')
      await endAgain()
    },
    stepsOf: (vault) => erasureSteps({ storage, store, kek, register, vault }),
    epochs,
  }
}
