import type { Caller } from '@wederhoor/simulation/people'
import { seededRandom } from '@wederhoor/simulation/seeded-random'
import { walk } from '@wederhoor/simulation/walk/walk'
import { startTelemetry, type Telemetry } from '@wederhoor/telemetry/telemetry'
import { findings, tablesOf } from '@wederhoor/vault/planted-search'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAccounts } from './accounts.ts'
import { type ApiRoute, addressOf, apiRoutes, type JsonSchema, titleOf } from './api-routes.ts'
import { bodyOf, isFreeText, usualCodes, uuidOf } from './made-up-body.ts'
import { type Heard, plantingPeople } from './planting-people.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'

const name = 'Zoë Überprüfung-Ångström'
const phone = '06-98071243'
const address = 'Wildemanslaan 973b, 3581 QX Bilthuizen'
const sentence = 'Op de zevende trede van de blauwe trap wees hij mij de deur.'
/** Whole and in parts: what is cut or split must not stand anywhere either. */
const planted = [
  ...[name, 'Überprüfung', 'Ångström', phone, '98071243'],
  ...[address, 'Wildemanslaan', sentence, 'zevende trede', 'blauwe trap'],
]
const everything = `${name}, ${phone}, ${address}: ${sentence}`
const random = seededRandom('privacy')

type Exporter = NonNullable<Parameters<typeof startTelemetry>[0]['exporter']>

let telemetry: Telemetry
let instance: TestInstance
const log: string[] = []
const spans: string[] = []
/** Bodies of answers: they may hold what was planted, for whoever may read it. */
const answers: string[] = []
/** Ids that answers gave, by the name that addresses know them under. */
const known: Record<string, string> = {}
const accepted = new Set<string>()
/** Routes that took a body with a planted text in all its fields. */
const filled = new Set<string>()
let routes: readonly ApiRoute[]

/** Everything of a span that could leave the process. */
const exporter: Exporter = {
  export(ended, done) {
    for (const { name, attributes, events, links, status, resource } of ended)
      spans.push(
        JSON.stringify({ name, attributes, events, links, status, of: resource.attributes }),
      )
    done({ code: 0 })
  },
  shutdown: async () => {},
}

beforeAll(async () => {
  telemetry = startTelemetry({ service: 'house', version: '1.0.0', exporter })
  instance = await openTestInstance({
    logLevel: 'debug',
    logDestination: { write: (line: string) => void log.push(line) },
  })
  routes = await apiRoutes(instance.house.baseUrls)
  const people = plantingPeople(instance.people, everything, heard)
  await walk({ ...instance.walkWorld, people }, () => {})
  known['dossier'] = await instance.openCase()
  const code = await register()
  // Twice: the second time with ids that the first one gave.
  for (let round = 0; round < 2; round += 1)
    for (const route of routes) await fillEveryField(route, code)
  await sayItInOddPlaces()
  await instance.house.settled()
}, 180_000)

afterAll(async () => {
  await instance.close()
  await telemetry.shutdown()
})

const heard: Heard = ({ status, body }, { service, path }) => {
  answers.push(JSON.stringify(body))
  if (status >= 300) return
  for (const [key, value] of Object.entries(body))
    if (typeof value === 'string' && /^[0-9a-f]{8}-/.test(value) && key !== 'dossier')
      known[key] = value
  const route = routes.find(
    (one) => one.service === service && one.method === 'POST' && isAt(one, `/v1${path}`),
  )
  if (route !== undefined) accepted.add(titleOf(route))
}

const isAt = (route: ApiRoute, path: string): boolean =>
  new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

/** The longest planted text that still fits. */
const fitting = (most: number): string =>
  [everything, sentence, address, name, phone].find((one) => one.length <= most) ?? 'x'

async function register(): Promise<string> {
  const { status, body } = await instance.people.nobody.post('intake', '/meldingen', {
    story: everything,
    acuteDanger: false,
    residence: 'GM0344',
    needs: ['tolk'],
    furtherNeeds: everything,
    language: name,
    contact: { name, phone, email: `zevende.trede@${phone}.example`, address },
    safeContact: {
      channels: ['phone'],
      hours: `na ${phone} bellen bij ${name}`,
      voicemail: false,
      visibleSender: false,
    },
  })
  heard({ status, body }, { service: 'intake', path: '/meldingen' })
  return String(body['code'])
}

/** Sends a body with a planted text in every free text, as each person until somebody is let in. */
async function fillEveryField(route: ApiRoute, code: string): Promise<void> {
  const { method, body: schema } = route
  if (method === 'GET' || schema === undefined || filled.has(titleOf(route))) return
  const likely = Object.entries(known).map(([key, value]) => [key, [value]])
  const making = { random, text: fitting, known: { ...usualCodes, ...Object.fromEntries(likely) } }
  const url = new URL(addressOf(route, known, uuidOf(random)))
  const path = url.pathname.replace('/v1', '')
  for (const optional of [true, false]) {
    const body = bodyOf(schema, { ...making, optional }) as object
    for (const caller of callersOf(route, code)) {
      const answer = await caller.post(route.service, path, body)
      heard(answer, { service: route.service, path })
      if (answer.status < 300) return void filled.add(titleOf(route))
    }
  }
}

const callersOf = (route: ApiRoute, code: string): readonly Caller[] =>
  route.takesToken
    ? demoAccounts.map((account) => instance.people.as(account.name))
    : [instance.people.withCode(code)]

/** Where nobody should put a name, and somebody will: addresses, queries, headers, bodies that are refused. */
async function sayItInOddPlaces(): Promise<void> {
  const { intake } = instance.house.baseUrls
  const inAddress = encodeURIComponent(name)
  const token = `Bearer ${await instance.house.issuer.tokenFor('anna')}`
  const requests: [path: string, init: RequestInit][] = [
    [`/v1/meldingen/${inAddress}`, { headers: { authorization: token } }],
    [`/v1/meldingen?zoek=${inAddress}`, { headers: { authorization: token } }],
    [`/v1/${inAddress}/${phone}`, {}],
    ['/v1/meldingen', { headers: { authorization: `Bearer ${phone}` } }],
    ['/v1/my-melding', { headers: { 'access-code': phone, 'user-agent': sentence } }],
    [
      '/v1/meldingen',
      { headers: { authorization: token, baggage: `who=${phone}`, tracestate: `a=${phone}` } },
    ],
  ]
  for (const body of [
    JSON.stringify({ story: everything, acuteDanger: false, channel: name, [name]: sentence }),
    JSON.stringify({ story: everything, acuteDanger: sentence }),
    `{"story":"${everything}`,
    JSON.stringify({ story: `${everything}\u0000`, acuteDanger: false }),
  ]) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${phone}-${phone}` }
    requests.push(['/v1/meldingen', { method: 'POST', headers, body }])
  }
  for (const [path, init] of requests) await (await fetch(`${intake}${path}`, init)).text()
}

const takesText = (schema: JsonSchema | undefined): boolean =>
  schema !== undefined &&
  (isFreeText(schema) ||
    [...Object.values(schema.properties ?? {}), schema.items, ...(schema.anyOf ?? [])].some(
      takesText,
    ))

describe('what was told in confidence, in every field that takes somebody’s own words', () => {
  test('was taken in by each service that has such fields, and is read by whoever may', () => {
    const writing = routes.filter((route) => takesText(route.body))
    const reached = writing.filter((route) => accepted.has(titleOf(route)))
    expect([...new Set(reached.map((route) => route.service))].sort()).toEqual(
      [...new Set(writing.map((route) => route.service))].sort(),
    )
    expect(reached.length).toBeGreaterThan(writing.length * 0.6)
    expect(answers.join('\n')).toContain(sentence)
  })

  test('stands in clear in no table of any schema, the broker’s messages among them', async () => {
    const tables = await tablesOf(instance.owner)
    expect(tables.get('broker.message')).toContain(String(known['dossier']))
    expect(tables.get('vault.sealed')).toContain(String(known['dossier']))
    expect(findings(planted, tables)).toEqual([])
  })

  test('stands in no line of the log, of which there is one for each request', () => {
    expect(log.length).toBeGreaterThan(200)
    expect(log.join('\n')).toContain(String(known['dossier']))
    expect(findings(planted, new Map(log.map((line, at) => [`line ${at}`, line])))).toEqual([])
  })

  test('stands in no span', () => {
    expect(spans.length).toBeGreaterThan(400)
    expect(findings(planted, new Map(spans.map((span, at) => [`span ${at}`, span])))).toEqual([])
  })
})
