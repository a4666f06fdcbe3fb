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
  readonly logger: FastifyBaseLogger
}): {
  readonly reapply: () => Promise<void>
  readonly stepsOf: (vault: Vault) => ErasureSteps
  readonly epochs: KekEpochs
} {
  const { pool, store, kek, register, logger } = parts
  const storage = postgresErasure(pool)
  const epochs = kekEpochs({ storage: postgresRewrap(pool), kek })

  /** A key store that does not answer delays nothing: what came back there is seen to the next time. */
  async function endAgain(): Promise<void> {
    try {
      const { length: count } = await epochs.endAgain()
      if (count > 0) logger.warn({ part: 'vault', count }, 'key epochs destroyed again')
    } catch (error) {
      if (!(error instanceof VaultError && error.code === 'unavailable')) throw error
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
