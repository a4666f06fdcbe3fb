import { memoryStore } from '@wederhoor/event-store/memory'
import { scanningDossierIndex } from '@wederhoor/ledger/dossier-index'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { event, open, type Sealed, sensitive, uuid } from './fields.ts'
import { memoryVault } from './memory.ts'
import { openings, shown } from './openings.ts'
import type { Vault } from './port.ts'

const told = event('Told', 1, {
  party: open('random id', uuid('PartyId')),
  story: sensitive('party', z.string()),
})
const dossier = '6f1d2c3e-8a54-4b7e-9c21-0d5e7f3a1b64'
const melder = '3d8e6f51-7b20-4c9d-9e35-a1f4c7b80d26'
const respondent = '94b7d1e2-0c68-4f3a-8d57-6e2a9f5c1b30'

let vault: Vault
let seen: ReturnType<typeof openings>

beforeEach(() => {
  const accessStore = memoryStore()
  vault = memoryVault({ accessStore, ledgerOrigin: 'ledger.test/access', policy: '2024-01' })
  seen = openings({ index: scanningDossierIndex(accessStore), vault })
})

const seal = async (party: string) =>
  (await vault.seal(told, { dossier, party }, { story: 'Wat er gebeurde.' })).story
const request = (person: string, at: string, in_ = dossier) => ({
  dossier: in_,
  actor: { subject: person, person, roles: ['caseworker'], desk: 'x', organisation: null },
  purpose: 'behandeling',
  screen: 'GET /v1/cases/{dossier}',
  at,
  trace: null,
})
const read = (sealed: readonly Sealed<unknown>[], at: string) =>
  vault.open({ ...request('anna', at), sealed })

describe('who saw my file', () => {
  test('tells a party of each opening of its own content, and counts nothing of the others', async () => {
    const [mine, theirs] = [await seal(melder), await seal(respondent)]
    await read([theirs], '2024-03-02T09:00:00.000Z')
    await read([mine, theirs], '2024-03-03T09:00:00.000Z')
    await read([mine], '2024-03-01T09:00:00.000Z')
    expect(await seen.of(dossier, melder)).toEqual([
      {
        ...{ kind: 'opened', at: '2024-03-01T09:00:00.000Z', purpose: 'behandeling' },
        ...{ role: 'caseworker', pieces: 1, reason: null },
      },
      expect.objectContaining({ at: '2024-03-03T09:00:00.000Z', pieces: 1 }),
    ])
    expect(await seen.of(dossier, respondent)).toHaveLength(2)
    expect((await seen.of(dossier)).map(({ pieces }) => pieces)).toEqual([1, 1, 2])
  })

  test('tells of each refusal in the dossier, and of none elsewhere', async () => {
    await vault.denied({ ...request('bram', '2024-03-01T09:00:00.000Z'), reason: 'other-desk' })
    const elsewhere = request('bram', '2024-03-01T09:00:00.000Z', melder)
    await vault.denied({ ...elsewhere, reason: 'other-desk' })
    expect(await seen.of(dossier, melder)).toMatchObject([
      { kind: 'denied', pieces: 0, reason: 'other-desk' },
    ])
  })

  test('refusals give nothing away to whom the dossier is not about: what else runs in it, and what was asked', async () => {
    const mine = await seal(respondent)
    await read([mine], '2024-03-02T09:00:00.000Z')
    await vault.denied({ ...request('bram', '2024-03-01T09:00:00.000Z'), reason: 'handled-it' })
    const told = await seen.of(dossier, respondent, 'without-refusals')
    expect(told.map(({ kind }) => kind)).toEqual(['opened'])
  })

  test('names nobody, not even by pseudonym', async () => {
    const mine = await seal(melder)
    await read([mine], '2024-03-01T09:00:00.000Z')
    const text = JSON.stringify(await seen.of(dossier, melder))
    expect(text).not.toContain('anna')
    expect(text).not.toContain(await vault.pseudonym(dossier, 'anna'))
  })

  test('shows the person days and purposes: no moment and no role, which would point at somebody', async () => {
    await read([await seal(melder)], '2024-07-01T22:30:15.123Z')
    await vault.denied({ ...request('bram', '2024-07-03T09:00:00.000Z'), reason: 'other-desk' })
    expect(shown(await seen.of(dossier, melder))).toEqual([
      { kind: 'opened', on: '2024-07-02', purpose: 'behandeling', pieces: 1 },
      { kind: 'denied', on: '2024-07-03', purpose: 'behandeling', pieces: 0 },
    ])
  })
})
