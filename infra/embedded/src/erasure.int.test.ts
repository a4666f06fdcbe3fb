/** One person erased in a whole house: gone from every table of every service, and nobody else is touched. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { walk } from '@wederhoor/simulation/walk/walk'
import { byteFindings, dumpOf, filesOf, findings, tablesOf } from '@wederhoor/vault/planted-search'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plantingPeople } from './planting-people.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'
import { verifyBundles, writeBundles, writeTrust } from './walk-bundles.ts'

const planted = [
  'Zoë Überprüfung-Ångström',
  '06-98071243',
  'Wildemanslaan 973b, 3581 QX Bilthuizen',
  'Op de zevende trede van de blauwe trap wees hij mij de deur.',
]
const everything = planted.join(', ')

let instance: TestInstance
/** Where bundles are taken to. */
let taken: string
let dossier: string
let code: string
let elsewhere: string
let party: string
/** Codes that somebody was given for the hearing. */
const hearingCodes = new Set<string>()

beforeAll(async () => {
  taken = await mkdtemp(join(tmpdir(), 'wederhoor-bundles-'))
  instance = await openTestInstance()
  const people = plantingPeople(instance.people, everything, ({ status, body }, { service }) => {
    const given: unknown = body['code']
    if (service === 'mediation' && status < 300 && typeof given === 'string')
      hearingCodes.add(given)
  })
  ;({ dossier, code } = await walk({ ...instance.walkWorld, people }, () => {}))
  elsewhere = await instance.openCase()
  const { body } = await people
    .as('anna')
    .post('case', `/cases/${elsewhere}/wishes`, { wish: 'Een heel ander dossier.' })
  expect(body['dossier']).toBe(elsewhere)
  await instance.house.settled()
}, 120_000)

afterAll(async () => {
  await instance.close()
  await rm(taken, { recursive: true, force: true })
})

const at = (path = '') => `/cases/${dossier}/erasures/melder${path}`
const fenna = () => instance.people.as('fenna')
const counted = async (sql: string, ...values: readonly string[]) =>
  (await instance.owner.query<{ count: number }>(sql, [...values])).rows[0]?.count

async function takeHome(moment: 'before' | 'after'): Promise<readonly string[]> {
  const { databaseUrl, keysDirectory } = instance
  return writeBundles({ databaseUrl, keysDirectory, out: taken }, { moment, dossier })
}

/** Bundles in which no content was opened. */
const closed = ['ledger', 'access-log', 'auditor']

async function inClosedBundles(moment: string): Promise<readonly string[]> {
  const found = await Promise.all(
    closed.map(async (kind) => byteFindings(planted, await filesOf(join(taken, moment, kind)))),
  )
  return found.flat()
}

async function disclosuresOf(moment: string, kind: string): Promise<readonly string[]> {
  const text = await readFile(join(taken, moment, kind, 'disclosures.jsonl'), 'utf8')
  return text.split('\n').filter((line) => line !== '')
}

const ownedBy = (which: '=' | '<>') =>
  counted(
    `SELECT count(*)::int AS count FROM vault.sealed
     WHERE dossier = $1 AND party ${which} $2 AND ciphertext IS NOT NULL`,
    dossier,
    party,
  )

const before: string[] = []

describe('a melder who walked the whole line and is erased', () => {
  test('is read in clear by whoever may, before; and stands in clear in no table', async () => {
    const { body } = await instance.people.as('anna').get('case', `/cases/${dossier}`)
    expect(JSON.stringify(body)).toContain(planted[0])
    expect(findings(planted, await tablesOf(instance.owner))).toEqual([])
    expect(byteFindings(planted, await dumpOf(instance.owner))).toEqual([])
  })

  test('stands in the bundle of whoever may read it, and in no tile, entry, proof or access log', async () => {
    before.push(...(await takeHome('before')))
    expect(await inClosedBundles('before')).toEqual([])
    const own = await filesOf(join(taken, 'before', 'melder'))
    expect(byteFindings(planted, own)).not.toEqual([])
  })

  test('asks by code, is decided about by an officer, and is gone from every live store', async () => {
    const asked = await instance.people.withCode(code).post('intake', '/my-melding/erasure', {})
    expect(asked.status).toBe(202)
    await instance.house.settled()
    const unweighed = await fenna().post('case', at('/decision'), { verdict: 'erase' })
    expect(unweighed.body).toMatchObject({ code: 'defence-not-weighed' })
    party = String((await fenna().get('case', at())).body['party'])
    const others = await ownedBy('<>')
    expect(await ownedBy('=')).toBeGreaterThan(5)

    const decided = await fenna().post('case', at('/decision'), {
      verdict: 'erase',
      defence: 'ander-heeft-afschrift',
    })
    expect(decided.status).toBe(200)
    for (let round = 0; round < 3; round += 1) await instance.house.settled()

    const { body: state } = await fenna().get('case', at())
    expect(state).toMatchObject({ status: 'completed', incomplete: null })
    expect(await ownedBy('=')).toBe(0)
    expect(await ownedBy('<>')).toBe(others)
    for (const table of ['intake.step', 'intake.to_count'])
      expect(
        await counted(`SELECT count(*)::int AS count FROM ${table} WHERE dossier = $1`, dossier),
      ).toBe(0)
    expect(
      await counted(
        'SELECT count(*)::int AS count FROM mediation.party_code WHERE party = $1',
        party,
      ),
    ).toBe(0)
    expect(findings(planted, await tablesOf(instance.owner))).toEqual([])
  })

  test('leaves a case that still reads, with `erased` where the words were, and another that stands', async () => {
    const { status, body } = await instance.people.as('anna').get('case', `/cases/${dossier}`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toContain(planted[0])
    expect(JSON.stringify(body)).toContain('erased')
    const other = await instance.people.as('anna').get('case', `/cases/${elsewhere}`)
    expect(JSON.stringify(other.body)).toContain(planted[0])
    const replayed = await instance.people.as('olga').get('audit', `/dossiers/${dossier}/replay`)
    expect(replayed.status).toBe(200)
  })

  test('is answered 410 by each code that was theirs, with a sentence that says why', async () => {
    for (const [service, path] of [
      ['intake', '/my-melding'],
      ['case', '/my-case'],
    ] as const) {
      const { status, body } = await instance.people.withCode(code).get(service, path)
      expect([service, status]).toEqual([service, 410])
      expect(String(body['detail'])).toMatch(/erased/)
    }
    const statuses = await Promise.all(
      [...hearingCodes].map(
        async (one) => (await instance.people.withCode(one).get('mediation', '/my-hearing')).status,
      ),
    )
    expect(statuses.sort()).toEqual([200, 410])
  })

  test('leaves bundles that verify, those of before too, and none after in which their words open', async () => {
    const after = await takeHome('after')
    await writeTrust(taken, {
      auditUrl: instance.house.baseUrls.audit,
      token: await instance.house.issuer.tokenFor('olga'),
    })
    const verdicts = await verifyBundles(taken, [...before, ...after])
    expect(verdicts.filter(({ verdict }) => !verdict.ok)).toEqual([])
    expect(verdicts).toHaveLength(14)
    expect(await inClosedBundles('after')).toEqual([])
    const [then, now] = [
      await disclosuresOf('before', 'auditor-with-content'),
      await disclosuresOf('after', 'auditor-with-content'),
    ]
    expect(now.length).toBeLessThan(then.length)
    // Nothing opens now that did not open then, and what the other side told still does.
    expect(now.filter((line) => !then.includes(line))).toEqual([])
    expect(now.length).toBeGreaterThan(0)
    expect(byteFindings(planted, await dumpOf(instance.owner))).toEqual([])
  })

  test('has a certificate that stands in the ledger', async () => {
    const { body } = await fenna().get('case', at('/certificate'))
    const proofs = body['proofs'] as readonly { readonly type: string; readonly proof: string }[]
    expect(proofs.map((one) => one.type)).toEqual(['PartyErased', 'ErasureCompleted'])
    for (const { proof } of proofs) expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/)
  })
})
