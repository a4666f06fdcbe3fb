/**
 * Ours through its port, in four forms: bare, with each event's sensitive field sealed first, with the integrator beside
 * it in the same process (as in the embedded form), and with both.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedTail } from '@wederhoor/event-store/cached-tail'
import { migrateStore } from '@wederhoor/event-store/migrate-store'
import type { NewEntry } from '@wederhoor/event-store/port'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { fileGuard } from '@wederhoor/ledger/file-guard'
import { type Integrator, integrator } from '@wederhoor/ledger/integrator'
import { migrateTiles } from '@wederhoor/ledger/migrate-tiles'
import { postgresLease } from '@wederhoor/ledger/postgres-lease'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import { ed25519Signer, publicKeyOf } from '@wederhoor/ledger/signed-note'
import { migrate } from '@wederhoor/postgres/migrate'
import { commitmentTo } from '@wederhoor/vault/enclosed'
import { event, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { passingKek } from '@wederhoor/vault/kek'
import { vaultMigrations } from '@wederhoor/vault/migrations'
import type { Vault } from '@wederhoor/vault/port'
import { postgresVault } from '@wederhoor/vault/postgres'
import { postgresKeeper } from '@wederhoor/vault/postgres-keeper'
import type pg from 'pg'
import { z } from 'zod'
import { DIGEST, entryBytes } from './entry-bytes.ts'
import { countRows, type Peer } from './peers.ts'

const noted = event('Noted', 1, {
  party: open('random id', uuid('PartyId')),
  text: sensitive('party', z.string()),
})
/** About 200 bytes. */
const STORY = 'Ik werd geweigerd bij de deur, mijn vriendin niet. '.repeat(4)

export interface Form {
  readonly name: string
  readonly isSealed: boolean
  readonly isIntegrated: boolean
}

/** A vault for all forms, over the database of `pool`. */
export async function benchVault(
  pool: pg.Pool,
): Promise<{ readonly vault: Vault; readonly close: () => Promise<void> }> {
  await migrateStore(pool, 'bench_access')
  await migrate(pool, vaultMigrations)
  const accessStore = postgresStore({ pool, ledgerName: 'bench_access', notify: false })
  const vault = await postgresVault({
    pool,
    kek: passingKek(),
    accessStore,
    ledgerOrigin: 'bench.localhost/access',
    policy: '2024-01',
    isKeptWithEntries: true,
  })
  return {
    vault,
    async close() {
      await vault.close()
      await accessStore.close()
    },
  }
}

export async function ours(
  form: Form,
  parts: { readonly pool: pg.Pool; readonly vault: Vault; readonly guards: string },
): Promise<Peer & { behindMs(): readonly number[] }> {
  const { pool, vault } = parts
  const ledgerName = `bench_${form.name}`
  await migrateStore(pool, ledgerName)
  await migrateTiles(pool, ledgerName)
  const ledger = postgresStore({ pool, ledgerName, keeper: postgresKeeper })
  // As the embedded form opens it.
  const store = cachedTail(ledger, { entries: 4_000 })
  const guarded = join(parts.guards, ledgerName)
  await mkdir(guarded, { recursive: true })
  const seed = randomBytes(32)
  const failures: unknown[] = []
  const tree = integrator({
    store: ledger,
    followed: store,
    tiles: postgresTiles({ pool, ledgerName }),
    guard: fileGuard({ directory: guarded, name: 'guard' }),
    origin: 'bench.localhost/ledger',
    signers: async (origin) => [ed25519Signer(origin, seed)],
    publicKeys: async () => [publicKeyOf(seed)],
    lease: postgresLease({ pool, name: `integrate ${ledgerName}` }),
    onFailure: (error) => failures.push(error),
    onRefused: (error) => failures.push(error),
  })
  const behindMs: number[] = []
  const streams = new Map<number, OwnStream>()

  return {
    name: form.name,
    async append(writer) {
      const own = streams.get(writer) ?? newStream()
      streams.set(writer, own)
      const { dossier, party, stream } = own
      const sealed = form.isSealed
        ? (await vault.seal(noted, { dossier, party }, { text: STORY })).text
        : undefined
      const id = randomUUID()
      const revision = own.revision + 1
      const entry: NewEntry = {
        id,
        type: 'Noted',
        dossier,
        owners: [party],
        ...(sealed !== undefined && { commitments: [commitmentTo(sealed)] }),
        bytes: entryBytes({ stream, revision, id }, sealed?.sealed ?? DIGEST),
      }
      const expected = own.revision < 0 ? 'no-stream' : own.revision
      const result = await store.append(stream, expected, [entry])
      if (result.kind !== 'appended') throw new Error(`ours: ${result.kind}`)
      own.revision = result.revision
    },
    rows: () => countRows(pool, `ledger_${ledgerName}.entry`),
    ...(form.isIntegrated && { beside: beside(tree, behindMs, failures) }),
    behindMs: () => behindMs,
    close: () => store.close(),
  }
}

interface OwnStream {
  readonly stream: string
  readonly dossier: string
  readonly party: string
  revision: number
}

const newStream = (): OwnStream => ({
  stream: `bench-${randomUUID()}`,
  dossier: randomUUID(),
  party: randomUUID(),
  revision: -1,
})

/** After a measurement: how long until a checkpoint covers all that was appended in it. */
function beside(tree: Integrator, behindMs: number[], failures: readonly unknown[]) {
  return {
    start: tree.start,
    async stop() {
      const fromMs = performance.now()
      await tree.settled()
      behindMs.push(performance.now() - fromMs)
      await tree.stop()
      if (failures.length > 0) throw new Error('the integrator failed', { cause: failures[0] })
    },
  }
}
