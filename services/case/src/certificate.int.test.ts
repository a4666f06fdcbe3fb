import { readFile } from 'node:fs/promises'
import { openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { verifyInclusion } from '@wederhoor/ledger/proof'
import { parseProofFile } from '@wederhoor/ledger/proof-file'
import { verifierOf } from '@wederhoor/ledger/signed-note'
import { leafHash } from '@wederhoor/ledger/tree'
import { type LedgerIntegrators, ledgerIntegrators } from '@wederhoor/runtime/integrators'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld } from './testing/case-world.ts'

let cases: CaseWorld
let integrators: LedgerIntegrators

beforeAll(async () => {
  cases = await caseWorld(buildCaseApp)
  integrators = ledgerIntegrators(cases.world.parts)
  await integrators.start()
})
afterAll(async () => {
  await integrators.stop()
  await cases.close()
})
beforeEach(() => cases.another())

const certificate = (who = 'fenna') =>
  cases.get(`/v1/cases/${cases.dossier()}/erasures/melder/certificate`, who)

describe('the certificate of an erasure', () => {
  test('proves its facts, says what is not reached, and lists every open field that stays', async () => {
    await cases.accepted()
    await cases.post('/wishes', { wish: 'Een excuus.' }, 'anna')
    await cases.post('/erasures/melder/request', { ground: 'bezwaar' }, 'anna')
    expect((await certificate()).status).toBe(404)
    await cases.post('/erasures/melder/decision', { verdict: 'erase' }, 'fenna')
    await cases.app.workers.settled()
    await integrators.settled()

    const { status, body } = await certificate('anna')
    expect(status).toBe(200)
    expect(body).toMatchObject({ party: cases.melder(), digests: 1, finalAt: null })
    expect(body.completedAt).not.toBeNull()
    const { tiles, origin } = cases.world.parts.evidence.caseHistory
    const verifiers = (await tiles.readVkeys()).map(verifierOf)
    const { rows } = await cases.world.pool.query<{
      type: string
      position: string
      bytes: Buffer
    }>('SELECT type, position, bytes FROM ledger_case_history.entry WHERE dossier = $1', [
      cases.dossier(),
    ])
    expect(body.proofs.map((one: { type: string }) => one.type)).toEqual([
      'PartyErased',
      'ErasureCompleted',
    ])
    for (const { type, proof: text } of body.proofs) {
      const { index, hashes: proof, checkpoint: note } = parseProofFile(text)
      const { checkpoint } = openCheckpoint(note, verifiers)
      const entry = rows.find((row) => row.type === type)
      expect(Number(entry?.position)).toBe(index + 1)
      expect(checkpoint.origin).toBe(origin)
      const leaf = leafHash(entry?.bytes ?? Buffer.alloc(0))
      const { size, root } = checkpoint
      expect(verifyInclusion({ index, size, leaf, proof, root })).toBe(true)
    }

    const said = body.statement.nl.join(' ')
    for (const word of ['gewist', 'reservekopie', 'Niet bereikt', 'pseudonieme'])
      expect(said).toContain(word)
    const golden = await readFile(new URL('./open-fields.golden.txt', import.meta.url), 'utf8')
    const stays = body.stays.flatMap(({ type, fields }: { type: string; fields: string[] }) =>
      fields.map((field) => ({ type, field })),
    )
    expect(stays).toContainEqual({ type: 'CaseOpened', field: 'codeDigest' })
    for (const { type, field } of stays)
      expect(golden).toMatch(new RegExp(`^${type}\\.v1 ${field}\\??: open`, 'm'))
  })

  test('of nobody who may not see the case', async () => {
    await cases.accepted()
    expect((await certificate('roos')).status).toBe(403)
    expect((await certificate('mia')).status).toBe(403)
  })
})
