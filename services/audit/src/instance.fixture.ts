/** An instance as the command line meets it: a real database, keys in a folder, a signed ledger with a hearing in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { integrator } from '@wederhoor/ledger/integrator'
import { soleLease } from '@wederhoor/ledger/lease'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { postgresTiles } from '@wederhoor/ledger/postgres-tiles'
import { ed25519Signer, publicKeyOf } from '@wederhoor/ledger/signed-note'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { ACCESS, CASE_HISTORY, migrateAll } from '@wederhoor/runtime/migrate-all'
import { event, open, sensitive, uuid } from '@wederhoor/vault/fields'
import { kekFolder } from '@wederhoor/vault/kek-folder'
import { postgresVault } from '@wederhoor/vault/postgres'
import { z } from 'zod'
import { dossier, elsewhere, type Written, write } from './builders.ts'
import {
  type Leaf,
  leafOf,
  origin,
  parties,
  sealOf,
  seeds,
  stream,
  trust,
} from './bundle/history.fixture.ts'

export const texts = {
  complaint: 'De klacht zoals zij verzonden werd.',
  answer: 'Het antwoord van de wederpartij.',
  findings: 'De bevindingen, die nog niemand heeft.',
}

const spoken = event('Spoken', 1, {
  party: open('a random id', uuid('PartyId')),
  content: sensitive('party', z.string()),
})

export async function openInstance() {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'audit-bundle-'))
  const keys = join(directory, 'keys')
  const { pool } = database
  await migrateAll(pool, [])
  const store = postgresStore({ pool, ledgerName: CASE_HISTORY, notify: false })
  const access = postgresStore({ pool, ledgerName: ACCESS, notify: false })
  const kek = await kekFolder({ directory: keys })
  const vault = await postgresVault({
    pool,
    kek,
    accessStore: access,
    ledgerOrigin: `${origin}/access`,
    policy: '2024-01',
  })
  const seal = async (party: string, content: string): Promise<string> => {
    const sealed = await vault.seal(spoken, { dossier, party }, { content })
    return sealed.content.sealed
  }
  const leaves = await written({
    complaint: await seal(parties.melder, texts.complaint),
    answer: await seal(parties.respondent, texts.answer),
    findings: await seal(parties.office, texts.findings),
  })
  await write(
    store,
    leaves.map(({ entry }) => entry),
  )

  /** Signs for all that stands in both ledgers. */
  async function sign(): Promise<void> {
    const ledgers = [
      { ledgerName: CASE_HISTORY, store, of: origin, seed: seeds.log },
      { ledgerName: ACCESS, store: access, of: `${origin}/access`, seed: seeds.access },
    ]
    for (const { ledgerName, store: from, of, seed } of ledgers) {
      await integrator({
        store: from,
        followed: from,
        tiles: postgresTiles({ pool, ledgerName }),
        guard: guards[ledgerName] ?? memoryGuard(),
        origin: of,
        signers: async (name) => [ed25519Signer(name, seed)],
        publicKeys: async () => [publicKeyOf(seed)],
        lease: soleLease,
        onFailure: () => undefined,
        onRefused: () => undefined,
      }).settled()
    }
  }
  const guards: Record<string, ReturnType<typeof memoryGuard>> = {
    [CASE_HISTORY]: memoryGuard(),
    [ACCESS]: memoryGuard(),
  }
  await sign()
  const trustFile = join(directory, 'trust')
  await writeFile(trustFile, `${trust}${ed25519Signer(`${origin}/access`, seeds.access).vkey}\n`)
  return {
    database,
    directory,
    keys,
    access,
    leaves,
    trustFile,
    sign,
    async close() {
      await vault.close()
      await store.close()
      await access.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function written(digests: Readonly<Record<keyof typeof texts, string>>) {
  const { melder, respondent, office } = parties
  const document = 'complaint'
  const sent = { request: 'request-1', document, to: 'respondent' }
  const happened: readonly (Omit<Written, 'recordedAt' | 'stream'> & { stream?: string })[] = [
    { stream: `case-${dossier}`, type: 'CaseOpened' },
    {
      type: 'HearingPrepared',
      data: { document, melder, respondent, office },
      c: { '/content': digests.complaint },
    },
    { stream: `case-${elsewhere}`, type: 'CaseOpened', dossier: elsewhere },
    { type: 'PermitRequested', data: { ...sent, purpose: 'serve', digest: digests.complaint } },
    { type: 'DocumentDispatched', data: sent },
    { type: 'DeliveryProven', data: sent },
    {
      type: 'StatementReceived',
      data: { author: 'respondent', party: respondent, document: 'answer' },
      c: { '/content': digests.answer },
    },
    { stream: `case-${dossier}`, type: 'ContactNoted' },
    {
      type: 'FindingsMade',
      data: { document: 'findings', office },
      c: { '/content': digests.findings },
    },
  ]
  const leaves: Leaf[] = []
  for (const [index, one] of happened.entries()) {
    const recordedAt = new Date(Date.UTC(2024, 2, 1, 9, index)).toISOString()
    leaves.push(leafOf(leaves, { stream, recordedAt, ...one }))
  }
  const heard = leaves.filter(({ entry }) => entry.stream === stream)
  const sealed = { type: 'HearingSealed', data: await sealOf(heard), stream }
  leaves.push(leafOf(leaves, { ...sealed, recordedAt: '2024-03-02T09:00:00.000Z' }))
  return leaves
}
