import { createHmac, randomBytes } from 'node:crypto'
import { createDevelopmentIssuer } from '@wederhoor/identity/development-issuer'
import { seededRandom } from '@wederhoor/simulation/seeded-random'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { demoAccounts } from './accounts.ts'
import { type ApiRoute, addressOf, apiRoutes, titleOf } from './api-routes.ts'
import { bodyOf } from './made-up-body.ts'
import { problemOf } from './problem-answer.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'

let instance: TestInstance
let before: number

beforeAll(async () => {
  instance = await openTestInstance()
})

afterAll(() => instance.close())

beforeEach(async () => {
  before = await instance.entries()
})

async function writesNothing(): Promise<void> {
  await instance.house.settled()
  expect(await instance.entries()).toBe(before)
}

describe('a token that does not count', () => {
  const tokensThatDoNotCount: readonly (readonly [
    name: string,
    code: string,
    make: () => Promise<string | undefined>,
  ])[] = [
    ['missing', 'token-missing', async () => undefined],
    ['no token at all', 'token-missing', async () => 'Bearer ...!!'],
    ['junk', 'token-invalid', async () => 'Bearer abc.def.ghi'],
    ['signed by somebody else', 'token-invalid', async () => `Bearer ${await forged()}`],
    [
      'expired',
      'token-expired',
      async () =>
        `Bearer ${await instance.house.issuer.tokenFor('anna', { validForMs: -3_600_000 })}`,
    ],
    [
      'for another audience',
      'wrong-audience',
      async () =>
        `Bearer ${await instance.house.issuer.tokenFor('anna', { audience: 'another-service' })}`,
    ],
    ['of algorithm none', 'token-invalid', async () => `Bearer ${await resigned('none')}`],
    [
      'signed with the public key',
      'token-invalid',
      async () => `Bearer ${await resigned('HS256')}`,
    ],
    ['with more roles written in', 'token-invalid', async () => `Bearer ${await promoted()}`],
  ]

  /** By an issuer of the same name with a key of its own. */
  async function forged(): Promise<string> {
    const { issuer, audience } = instance.house.issuer
    const { clock } = instance.house
    const other = { production: false, issuer, audience, accounts: demoAccounts, clock }
    return (await createDevelopmentIssuer(other)).tokenFor('anna')
  }

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

  async function resigned(alg: 'none' | 'HS256'): Promise<string> {
    const { issuer } = instance.house
    const [, payload] = (await issuer.tokenFor('anna')).split('.')
    const text = `${part({ alg, typ: 'at+jwt' })}.${payload}`
    if (alg === 'none') return `${text}.`
    const key = Buffer.from(String(issuer.jwks.keys[0]?.x), 'base64url')
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
  }

  async function promoted(): Promise<string> {
    const [header, payload = '', signature] = (await instance.house.issuer.tokenFor('anna')).split(
      '.',
    )
    const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return `${header}.${part({ ...claims, roles: ['auditor', 'national-coordinator'] })}.${signature}`
  }

  test.each(tokensThatDoNotCount)('opens no route of any service: %s', async (_, code, make) => {
    const token = await make()
    const headers: Record<string, string> = token === undefined ? {} : { authorization: token }
    const routes = (await apiRoutes(instance.house.baseUrls)).filter(
      (route) => route.takesToken && !route.open,
    )
    expect(new Set(routes.map((route) => route.service)).size).toBeGreaterThanOrEqual(2)
    for (const route of routes) {
      const { method } = route
      const init = method === 'GET' ? { headers } : { method, headers, body: '{}' }
      const answer = await fetch(addressOf(route, {}, 'x'), init)
      expect([titleOf(route), await problemOf(answer)]).toMatchObject([
        titleOf(route),
        { status: 401, code },
      ])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    await writesNothing()
  })

  test('is refused at an open door too: whoever brings a forged one is not taken for nobody', async () => {
    const answer = await fetch(`${instance.house.baseUrls.intake}/v1/meldingen`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': newKey(),
        authorization: `Bearer ${await forged()}`,
      },
      body: '{"story":"Zij wezen mij de deur.","acuteDanger":false}',
    })
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'token-invalid' })
    await writesNothing()
  })
})

describe('a case', () => {
  test('of another desk stays shut on every route, and each attempt is on record', async () => {
    const dossier = await instance.openCase()
    before = await instance.entries()
    const routes = (await apiRoutes(instance.house.baseUrls)).filter(
      (route) => route.path.includes('{dossier}') && route.takesToken,
    )
    const strangers = ['bram', 'ruud', 'famke', 'vera', 'paul', 'sara', 'minister']
    const opened: string[] = []
    for (const name of strangers) {
      const authorization = `Bearer ${await instance.house.issuer.tokenFor(name)}`
      for (const [route, body] of routes.flatMap((one) =>
        bodiesFor(one).map((body) => [one, body] as const),
      )) {
        const { method } = route
        const sent = { 'content-type': 'application/json', 'idempotency-key': newKey() }
        const answer = await fetch(addressOf(route, { dossier }, dossier), {
          method,
          headers: { authorization, ...(method === 'GET' ? {} : sent) },
          ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
        })
        if (answer.ok) opened.push(`${name}: ${titleOf(route)}`)
        else await problemOf(answer)
      }
    }
    expect(opened).toEqual([])
    await writesNothing()
    const { rows } = await instance.owner.query(
      'SELECT DISTINCT type FROM ledger_access.entry WHERE dossier = $1',
      [dossier],
    )
    expect(rows).toEqual([{ type: 'AccessDenied' }])
  })

  test('that is closed takes no further work', async () => {
    const dossier = await instance.openCase()
    const anna = instance.people.as('anna')
    const closing = { outcome: 'erkenning-of-excuus', reasons: 'Excuus ontvangen.' }
    expect(await anna.post('case', `/cases/${dossier}/closing`, closing)).toMatchObject({
      status: 200,
    })
    await instance.house.settled()
    before = await instance.entries()
    const wish = await anna.post('case', `/cases/${dossier}/wishes`, { wish: 'Nog iets.' })
    expect(wish).toMatchObject({ status: 409, body: { code: 'case-closed' } })
    await writesNothing()
  })

  test('wants another human as second person, not another request of the first', async () => {
    const dossier = await instance.openCase()
    const anna = instance.people.as('anna')
    const path = `/cases/${dossier}/dangers`
    const { status, body } = await anna.post('case', path, {
      receiver: 'noodnummer',
      ground: 'levensgevaar',
      content: 'Er staat iemand voor de deur.',
      telling: 'told',
    })
    expect(status).toBe(201)
    await instance.house.settled()
    before = await instance.entries()
    const review = await anna.post('case', `${path}/${String(body['danger'])}/review`, {
      verdict: 'justified',
    })
    expect(review).toMatchObject({ status: 403, body: { code: 'same-person' } })
    await writesNothing()
  })
})

const newKey = (): string => randomBytes(16).toString('hex')

/** What would be taken from whoever may: bodies of the right form, with as much and with as little as may be. */
function bodiesFor(route: ApiRoute): readonly unknown[] {
  const { body } = route
  if (body === undefined) return [{}]
  const random = seededRandom(titleOf(route))
  return [true, false].map((optional) => bodyOf(body, { random, text: () => 'Iets.', optional }))
}
