/** What a person can act on, with the exit code: 2 for what cannot be answered as asked, 1 for a failure of the world. */
import { StoreError } from '@wederhoor/event-store/port'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { TileStorageError } from '@wederhoor/ledger/tile-storage'
import { EmbeddedPostgresError } from '@wederhoor/postgres/embedded-postgres-error'
import { VaultError } from '@wederhoor/vault/port'
import { BundleError } from './bundle/bundle-error.ts'
import { NotCovered } from './bundle/ledger-source.ts'
import { NoDatabase } from './database.ts'
import { CorruptEntry } from './stored-entries.ts'
import { LogUnreachable } from './watch/http-log.ts'

export interface Explained {
  readonly exitCode: 1 | 2
  readonly message: string
}

/** Undefined for a bug, which keeps its stack. */
export function explained(error: unknown): Explained | undefined {
  if (error instanceof BundleError || error instanceof NoDatabase || error instanceof Refused)
    return { exitCode: 2, message: error.message }
  if (
    error instanceof EmbeddedPostgresError ||
    error instanceof NotCovered ||
    error instanceof LogUnreachable ||
    error instanceof CorruptEntry
  )
    return { exitCode: 1, message: error.message }
  if (error instanceof StoreError || error instanceof TileStorageError)
    return codeOf(error.cause) === UNDEFINED_TABLE
      ? { exitCode: 2, message: 'This database holds no case history.' }
      : { exitCode: 1, message: `The ledger could not be read: ${error.message}.` }
  if (error instanceof LedgerFormatError)
    return { exitCode: 1, message: `The tree of the ledger is damaged: ${error.message}.` }
  if (error instanceof VaultError)
    return { exitCode: 1, message: `The texts could not be opened: ${error.message}.` }
  return undefined
}

/** What was asked cannot be done here; the message says why. */
export class Refused extends Error {
  readonly code = 'refused'
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
}

/** PostgreSQL's code for a table or schema that is not there. */
const UNDEFINED_TABLE = '42P01'

function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}
