import type { Broker } from '@wederhoor/broker/port'
import type { Clock } from '@wederhoor/calendar/clock'
import type { EventStore } from '@wederhoor/event-store/port'
import type { TokenVerifier } from '@wederhoor/identity/token'
import type { SigningGuard } from '@wederhoor/ledger/signing-guard'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import type { WitnessList } from '@wederhoor/ledger/witness/witness-list'
import type { ErasureSteps } from '@wederhoor/vault/erasure'
import type { KekEpochs } from '@wederhoor/vault/kek-epochs'
import type { Openings } from '@wederhoor/vault/openings'
import type { Vault } from '@wederhoor/vault/port'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import type { SigningKeys } from './signing-keys.ts'

/** What makes one ledger provable. */
export interface LedgerEvidence {
  /** Name of its schema in the database. */
  readonly ledgerName: string
  /** The ledger's origin: that of its first epoch; its current one is in `tiles`. */
  readonly origin: string
  /** Reads and appends, past every cache. */
  readonly store: EventStore
  /** The same entries for whoever follows them, read once for all followers. */
  readonly followed: Pick<EventStore, 'readAll'>
  readonly tiles: TileStorage
  readonly guard: SigningGuard
}

/** What a service is built from. Whoever composes it owns these and closes them after the service has stopped. */
export interface ServiceParts {
  /** The case history; the service appends to its own categories only. */
  readonly store: EventStore
  readonly vault: Vault
  /** Who saw what in a dossier, for whom it is about. */
  readonly openings: Openings
  /** Erases a party in one dossier, step by step, and ends the epochs that backups would need to undo it. */
  readonly erasing: { readonly steps: ErasureSteps; readonly epochs: KekEpochs }
  readonly broker: Broker
  /** Holds the service's own schema, and `projection`, `broker`, `clock`, `http`, `identity`. */
  readonly db: Pool
  readonly clock: Clock
  readonly verifier: TokenVerifier
  readonly logger: FastifyBaseLogger
  /** Origin of the ledger, written into each entry. */
  readonly ledger: string
  /** At least 32 secret bytes, kept with the keys that seal the keys: codes, unlinkable ids, fingerprints. */
  readonly pepper: Uint8Array
  /** Sign checkpoints of the ledgers and of hearings. */
  readonly signingKeys: SigningKeys
  readonly evidence: {
    readonly caseHistory: LedgerEvidence
    /** Who opened what. */
    readonly access: LedgerEvidence
    /** Who is asked to cosign the checkpoints of both. */
    readonly witnesses: WitnessList
  }
  /** In [0, 1), for the jitter between repeats. */
  readonly random: () => number
  /** Addresses of the proxies before the service, whose word counts on where a request comes from; nobody's if absent. */
  readonly trustProxy?: readonly string[]
}
