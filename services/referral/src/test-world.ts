/** Referral on a real database, with case played by the test: what its integration tests are written in. */
import { randomUUID } from 'node:crypto'
import { topicOf } from '@wederhoor/contracts/published'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, beforeAll } from 'vitest'
import { referralMigrations } from './migrations.ts'

export const content = {
  'name-or-code': 'Yousra, 06 12 34 56 78',
  question: 'Zij slaapt slecht sinds het gebeurde.',
}

export interface Sent {
  readonly dossier: string
  readonly referral: string
  readonly request: string
  readonly digest: string
  readonly permit: string
  readonly offer: string
}

/** One world per test file. */
export function referralWorld(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  let world: TestParts
  let app: ServiceApp

  beforeAll(async () => {
    world = await testParts({
      startAt: '2024-03-01T09:00:00.000Z',
      accounts: [
        { name: 'anna', roles: ['caseworker'], desk: 'loket-utrecht' },
        { name: 'bram', roles: ['caseworker'], desk: 'loket-rotterdam' },
        { name: 'nora', roles: ['national-coordinator'], desk: 'landelijk' },
        { name: 'vera', roles: ['partner'], organisation: 'slachtofferhulp' },
        { name: 'paul', roles: ['partner'], organisation: 'politie-midden-nederland' },
        { name: 'loes', roles: ['partner'] },
      ],
      migrations: [referralMigrations],
    })
    app = await build(world.parts)
    await app.workers.start()
  })

  afterAll(async () => {
    await app.workers.stop()
    await app.server.close()
    await world.close()
  })

  /** Twice: what a message or the clock made happen is to be seen and told as well. */
  async function settle(): Promise<void> {
    await app.workers.settled()
    await app.workers.settled()
  }

  async function post(url: string, payload: object | undefined, who: string, key = randomUUID()) {
    const headers = { 'idempotency-key': key, ...(await world.bearer(who)) }
    const body = payload === undefined ? {} : { payload }
    const answer = await app.server.inject({ method: 'POST', url, headers, ...body })
    await settle()
    return { status: answer.statusCode, body: answer.json() }
  }

  async function get(url: string, who: string) {
    const answer = await app.server.inject({ url, headers: await world.bearer(who) })
    return { status: answer.statusCode, body: answer.json() }
  }

  /** As case would say it. */
  async function caseSays(dossier: string, name: string, facts: object) {
    const at = await world.clock.now()
    await world.publish({
      service: 'case',
      topic: topicOf('case'),
      type: `nl.antidiscriminatievoorziening.case.${name}.v1`,
      subject: dossier,
      data: { dossier, at, ...facts },
    })
    await settle()
  }

  async function openCase(desk = 'loket-utrecht'): Promise<string> {
    const dossier = randomUUID()
    await caseSays(dossier, 'case-opened', {
      desk,
      melder: randomUUID(),
      contactPerson: randomUUID(),
      anonymity: 'known-to-us',
    })
    return dossier
  }

  const draft = (dossier: string, change: object = {}) =>
    post(
      `/v1/dossiers/${dossier}/referrals`,
      { partner: 'slachtofferhulp', purpose: 'hulp', content, ...change },
      'anna',
    )

  async function messages(dossier: string) {
    const all = await world.published(topicOf('referral'))
    return all
      .filter((one) => one.subject === dossier)
      .map((one) => ({ name: one.type.split('.')[3], data: one.data }))
  }

  async function askedFor(change: object = {}): Promise<Sent> {
    const dossier = await openCase()
    const { referral, digest } = (await draft(dossier, change)).body
    await post(`/v1/dossiers/${dossier}/referrals/${referral}/permit-request`, undefined, 'anna')
    const asked = (await messages(dossier)).find((one) => one.name === 'permit-requested')
    const request = String(asked?.data['request'])
    const offer = `/v1/dossiers/${dossier}/offers/${referral}`
    return { dossier, referral, digest, request, permit: randomUUID(), offer }
  }

  async function grant(sent: Sent, change: object = {}) {
    await caseSays(sent.dossier, 'permit-granted', {
      permit: sent.permit,
      request: sent.request,
      act: 'refer-with-data',
      receiver: 'slachtofferhulp',
      digest: sent.digest,
      validUntil: new Date(Date.parse(await world.clock.now()) + 600_000).toISOString(),
      ...change,
    })
  }

  async function offered(change: object = {}, permit: object = {}): Promise<Sent> {
    const sent = await askedFor(change)
    await grant(sent, permit)
    return sent
  }

  async function rowOf({ dossier, referral }: { dossier: string; referral: string }) {
    const { body } = await get(`/v1/dossiers/${dossier}/referrals`, 'anna')
    return body.referrals.find((one: { referral: string }) => one.referral === referral)
  }

  async function accessLog(dossier: string): Promise<readonly string[]> {
    const { rows } = await world.pool.query<{ type: string }>(
      'SELECT type FROM ledger_access.entry WHERE dossier = $1 ORDER BY position',
      [dossier],
    )
    return rows.map((row) => row.type)
  }

  const withdraw = (sent: Sent, change: object = {}) =>
    caseSays(sent.dossier, 'permission-withdrawn', {
      permission: randomUUID(),
      act: 'refer-with-data',
      receiver: 'slachtofferhulp',
      ...change,
    })

  return {
    world: () => world,
    app: () => app,
    settle,
    post,
    get,
    caseSays,
    openCase,
    draft,
    messages,
    askedFor,
    grant,
    offered,
    rowOf,
    accessLog,
    withdraw,
  }
}
