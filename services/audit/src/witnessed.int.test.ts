import { START } from '@wederhoor/event-store/port'
import { signCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { consistencyProof } from '@wederhoor/ledger/proof'
import { rootOf } from '@wederhoor/ledger/tree'
import {
  type Litewitness,
  litewitness,
  litewitnessSuite,
} from '@wederhoor/ledger/witness/litewitness.fixture'
import { addCheckpoint } from '@wederhoor/ledger/witness/witness-client'
import { GO_BUILD_TIMEOUT_MS } from '@wederhoor/means/go-suite'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { buildAuditApp } from './app.ts'
import { entriesOf, walked, write } from './builders.ts'
import { ledgerFiles } from './bundle/export-ledger.ts'
import { hashesOf, inMemory, leafReader } from './bundle/forge.fixture.ts'
import type { Leaf } from './bundle/history.fixture.ts'
import { coveringCheckpoint } from './bundle/ledger-source.ts'
import { verifyBundle } from './bundle/verify.ts'
import { verifySource } from './bundle/verify-source.ts'
import { evidenceStream } from './domain/evidence.ts'

litewitnessSuite('an installation with a witness of others', () => {
  let lite: Litewitness
  let world: TestParts
  let parts: ServiceParts
  let app: ServiceApp
  let log: LedgerEvidence

  beforeAll(async () => {
    lite = await litewitness()
    world = await testParts({ startAt: '2024-06-01T09:00:00.000Z', accounts: [], migrations: [] })
    const witnesses = { witnesses: [lite.witness], k: 1 }
    parts = { ...world.parts, evidence: { ...world.parts.evidence, witnesses } }
    log = parts.evidence.caseHistory
    for (const [key, { origin }] of [
      ['log', log],
      ['access-log', parts.evidence.access],
    ] as const) {
      const [signer] = await parts.signingKeys.signers(key, origin)
      lite.tellOf(origin, signer?.vkey ?? '')
    }
    app = await buildAuditApp(parts)
    await app.workers.start()
    await write(parts.store, entriesOf(walked))
    await app.workers.settled()
  }, GO_BUILD_TIMEOUT_MS)

  afterAll(async () => {
    await app?.workers.stop()
    await app?.server.close()
    await world?.close()
    await lite?.close()
  })

  const known = () => coveringCheckpoint(log, walked.length, 10_000)
  const trust = async () => (await app.server.inject({ url: '/v1/trust' })).body

  async function bundle() {
    const files = await ledgerFiles(log, { known: await known(), witnesses: [] })
    const read = files.map(async ({ path, bytes }) => [path, await bytes()] as const)
    return new Map(await Promise.all(read))
  }

  async function showWitness(leaves: readonly Leaf[]) {
    const { origin } = log
    const signers = await parts.signingKeys.signers('log', origin)
    const checkpoint = { origin, size: leaves.length, root: rootOf(hashesOf(leaves)) }
    const note = await signCheckpoint(checkpoint, signers)
    const proof = (from: number) =>
      consistencyProof(leafReader(leaves), { from, to: leaves.length })
    await addCheckpoint(lite.witness, { note, old: 0, proof, timeoutMs: 5_000 })
  }

  test('tells whoever asks for its keys who its witnesses are', async () => {
    expect((await trust()).trimEnd().split('\n').at(-1)).toBe(lite.vkey)
  })

  test('hands out bundles under the witnessed checkpoint, which count one witness', async () => {
    const files = await bundle()
    expect(Buffer.from(files.get('policy') ?? []).toString('utf8')).toContain(`${lite.vkey}\n`)
    const given = { trust: Buffer.from(await trust(), 'utf8') }
    expect(await verifyBundle(inMemory(files), given)).toMatchObject({
      ...{ ok: true, trust: 'given', size: walked.length, independentWitnesses: 1 },
    })
    expect(await verifyBundle(inMemory(files), {})).toMatchObject({
      ...{ ok: true, trust: 'bundle', independentWitnesses: 1 },
    })
  })

  test('verifies where it stands with one witness', async () => {
    expect(await verifySource(log, {})).toMatchObject({ ok: true, independentWitnesses: 1 })
  })

  test('counts no witness whose key is not trusted', async () => {
    const without = (await trust()).replace(`${lite.vkey}\n`, '')
    const given = { trust: Buffer.from(without, 'utf8') }
    expect(await verifyBundle(inMemory(await bundle()), given)).toMatchObject({
      ...{ ok: true, independentWitnesses: 0 },
    })
  })

  test('records as an incident that the witness holds another history (split view)', async () => {
    // As after a restore of the ledger together with its guard: the witness has seen one entry more, and now comes another.
    const stored = await log.store.readAll(START, 1_000)
    const leaves = stored.map(({ bytes }) => ({ entry: decodeEntry(bytes), bytes }))
    const [first] = leaves
    if (first === undefined) throw new Error('nothing was written')
    await showWitness([...leaves, first])
    const id = '5f0f8a52-7d0e-4c3c-9f53-2d0f2f1f6f10'
    await write(parts.store, [{ ...first.entry, stream: `case-${id}`, id, revision: 0 }])
    await app.workers.settled()
    await vi.waitFor(async () => {
      const acts = await log.store.readStream(evidenceStream(log.origin))
      expect(acts.map(({ bytes }) => decodeEntry(bytes))).toMatchObject([
        { type: 'VerificationFailed', data: { reason: 'not-an-extension', detectedBy: 'witness' } },
      ])
    })
  })
})
