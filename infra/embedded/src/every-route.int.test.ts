import { seededRandom } from '@wederhoor/simulation/seeded-random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAccounts } from './accounts.ts'
import { type ApiRoute, addressOf, apiRoutes, titleOf } from './api-routes.ts'
import { bodyOf, junk, spoilt, usualCodes, uuidOf } from './made-up-body.ts'
import { faultsOf } from './problem-answer.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'

const random = seededRandom('every route')

let instance: TestInstance
let routes: readonly ApiRoute[]
/** Ids that answers gave, by the name that addresses know them under: later requests go deeper. */
const known: Record<string, string> = {}

beforeAll(async () => {
  instance = await openTestInstance()
  routes = await apiRoutes(instance.house.baseUrls)
  known['dossier'] = await instance.openCase()
})

afterAll(() => instance.close())

interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
}

async function send(
  route: ApiRoute,
  address: string,
  body?: NonNullable<RequestInit['body']>,
  account?: string,
): Promise<Answered> {
  const token = account === undefined ? undefined : await instance.house.issuer.tokenFor(account)
  const answer = await fetch(address, {
    method: route.method,
    headers: {
      'idempotency-key': random.hex128(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  const type = answer.headers.get('content-type') ?? ''
  return { status: answer.status, type, text: await answer.text() }
}

/** What is wrong with an answer: a failure of ours, or a refusal in another form than the common one. */
function wrongWith(answer: Answered): readonly string[] {
  if (answer.status < 400) return []
  return [...(answer.status >= 500 ? [`${answer.status}`] : []), ...faultsOf(answer)]
}

function fitting(route: ApiRoute): unknown {
  if (route.body === undefined) return {}
  const text = (most: number): string => 'Tekst.'.slice(0, most)
  const ids = Object.entries(known).map(([name, value]) => [name, [value]])
  const likely = { ...usualCodes, ...Object.fromEntries(ids) }
  return bodyOf(route.body, { random, text, optional: random.chance(0.5), known: likely })
}

/** The first person of the demonstration who is not turned away at the door; Anna where nobody is let in. */
async function mostWelcome(route: ApiRoute): Promise<string> {
  for (const { name } of demoAccounts) {
    const body = route.method === 'GET' ? undefined : '{}'
    const { status } = await send(route, addressOf(route, known, uuidOf(random)), body, name)
    if (status !== 401 && status !== 403) return name
  }
  return 'anna'
}

function learn(text: string): void {
  const told: unknown = JSON.parse(text)
  if (typeof told !== 'object' || told === null) return
  for (const [name, value] of Object.entries(told))
    if (typeof value === 'string' && /^[0-9a-f]{8}-/.test(value) && name !== 'dossier')
      known[name] = value
}

describe('every route of every service', () => {
  test('lets nobody in without a token, except where it says that it is open', async () => {
    const wrong: string[] = []
    const services = new Set<string>()
    const before = await instance.entries()
    for (const route of routes) {
      if (route.open) continue
      services.add(route.service)
      const body = route.method === 'GET' ? undefined : JSON.stringify(fitting(route))
      const answer = await send(route, addressOf(route, known, uuidOf(random)), body)
      if (![400, 401, 403].includes(answer.status))
        wrong.push(`${titleOf(route)}: ${answer.status} ${answer.text}`)
      wrong.push(...wrongWith(answer).map((fault) => `${titleOf(route)}: ${fault}`))
    }
    expect(wrong).toEqual([])
    const { login: _, ...deciding } = instance.house.baseUrls
    expect([...services].sort()).toEqual(Object.keys(deciding).sort())
    await instance.house.settled()
    expect(await instance.entries()).toBe(before)
  })

  test('answers whatever body comes with a success or a problem, never with a failure of its own', {
    timeout: 180_000,
  }, async () => {
    const wrong: string[] = []
    const successes = new Set<string>()
    async function attempt(route: ApiRoute, address: string, body: Buffer, account: string) {
      const answer = await send(route, address, body, account)
      if (answer.status < 300) {
        successes.add(titleOf(route))
        if (answer.type.startsWith('application/json')) learn(answer.text)
      }
      for (const fault of wrongWith(answer))
        wrong.push(
          `${account} ${titleOf(route)} ${address} ${body.toString().slice(0, 400)}: ${fault}`,
        )
    }
    for (const round of [1, 2]) {
      for (const route of routes.filter((one) => one.method !== 'GET')) {
        const account = await mostWelcome(route)
        const address = () => addressOf(route, known, uuidOf(random))
        const bodies = [
          Buffer.from(random.hex128(), 'hex'),
          ...Array.from({ length: 3 }, () => Buffer.from(JSON.stringify(junk(random)))),
          ...Array.from({ length: 6 }, () =>
            Buffer.from(JSON.stringify(spoilt(fitting(route), random))),
          ),
          Buffer.from(JSON.stringify(fitting(route))),
        ]
        for (const body of bodies) await attempt(route, address(), body, account)
      }
      await instance.house.settled()
      if (round === 1) known['dossier'] = await instance.openCase()
    }
    expect(wrong).toEqual([])
    // A sweep that is turned away everywhere would show nothing.
    expect(successes.size).toBeGreaterThan(routes.length / 6)
  })

  test('answers whatever address comes with a success or a problem', async () => {
    const wrong: string[] = []
    const odd = ['0', 'x', '%00', '\ud83d\ude00', '..', 'null', '9'.repeat(190), uuidOf(random)]
    for (const route of routes) {
      const account = await mostWelcome(route)
      for (const value of odd) {
        const address = addressOf(route, {}, value)
        const questions =
          route.method === 'GET' ? ['', '?month=2024-13&by=%00', '?status[]=x'] : ['']
        for (const question of questions) {
          const body = route.method === 'GET' ? undefined : '{}'
          const answer = await send(route, `${address.split('?')[0]}${question}`, body, account)
          for (const fault of wrongWith(answer))
            wrong.push(`${account} ${titleOf(route)} ${value} ${question}: ${fault}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})
