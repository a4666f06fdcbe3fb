/** The world of the tests over HTTP: a fresh database, one dossier per test, and the other services as messages. */
import { randomUUID } from 'node:crypto'
import { handoverAccepted } from '@wederhoor/contracts/events/intake'
import { hearingPermitRequested } from '@wederhoor/contracts/events/mediation'
import { topicOf } from '@wederhoor/contracts/published'
import { codeDigest, codeOf } from '@wederhoor/identity/code'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { caseMigrations } from '../migrations.ts'

export const respondent = randomUUID()
export const complaint = 'C'.repeat(43)
export const otherText = 'D'.repeat(43)
export const permit = { act: 'serve-complaint', receiver: respondent, digest: complaint }

export type CaseWorld = Awaited<ReturnType<typeof caseWorld>>

export async function caseWorld(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  const world: TestParts = await testParts({
    startAt: '2024-03-01T09:00:00.000Z',
    accounts: [
      { name: 'anna', roles: ['caseworker'], desk: 'loket-utrecht' },
      {
        name: 'anna-second-account',
        roles: ['team-lead', 'caseworker'],
        desk: 'loket-utrecht',
        person: 'anna',
      },
      { name: 'bram', roles: ['caseworker'], desk: 'loket-utrecht' },
      { name: 'lotte', roles: ['team-lead', 'caseworker'], desk: 'loket-utrecht' },
      { name: 'roos', roles: ['caseworker'], desk: 'loket-rotterdam' },
      { name: 'nora', roles: ['national-coordinator'], desk: 'landelijk' },
      { name: 'mia', roles: ['mediator'], desk: 'loket-utrecht' },
      { name: 'fenna', roles: ['privacy-officer'], desk: 'landelijk' },
      { name: 'govert', roles: ['privacy-officer'], desk: 'landelijk' },
      { name: 'anna-officer', roles: ['privacy-officer'], desk: 'landelijk', person: 'anna' },
    ],
    migrations: [caseMigrations],
  })
  const app = await build(world.parts)
  await app.workers.start()
  const { clock } = world
  let dossier = randomUUID() as string
  let melder = randomUUID() as string
  const { pepper } = world.parts
  const code = () => codeOf(dossier, pepper)

  async function byCode(url: string, typed: string, payload?: object) {
    const headers = { 'access-code': typed, 'idempotency-key': randomUUID() }
    const answer = await app.server.inject(
      payload === undefined
        ? { url, headers: { 'access-code': typed } }
        : { method: 'POST', url, headers, payload },
    )
    await app.workers.settled()
    return { status: answer.statusCode, body: answer.json() }
  }

  async function hear(
    service: 'intake' | 'mediation' | 'referral',
    type: string,
    facts: Readonly<Record<string, unknown>>,
  ) {
    const data = { dossier, ...facts }
    await world.publish({ service, topic: topicOf(service), type, subject: dossier, data })
    // What a message makes happen in the first round is in the views and on the topic after the second.
    await app.workers.settled()
    await app.workers.settled()
  }

  return {
    world,
    app,
    hear,
    dossier: () => dossier,
    melder: () => melder,
    /** As the melder, by the code of this dossier or another. */
    mine: (path = '', payload?: object, typed: string = code()) =>
      byCode(`/v1/my-case${path}`, typed, payload),
    /** From here on everything is about another dossier. */
    another() {
      dossier = randomUUID()
      melder = randomUUID()
    },
    async post(path: string, payload: object, who: string, key: string = randomUUID()) {
      const answer = await app.server.inject({
        method: 'POST',
        url: `/v1/cases/${dossier}${path}`,
        headers: { 'idempotency-key': key, ...(await world.bearer(who)) },
        payload,
      })
      await app.workers.settled()
      return { status: answer.statusCode, body: answer.json() }
    },
    async get(url: string, who: string) {
      const answer = await app.server.inject({ url, headers: await world.bearer(who) })
      return { status: answer.statusCode, body: answer.json() }
    },
    /** Intake says that a desk accepted. */
    async accepted(change: object = {}) {
      await hear('intake', handoverAccepted.type, {
        desk: 'loket-utrecht',
        melder,
        acceptedBy: await world.parts.vault.pseudonym(dossier, 'anna'),
        acceptedAt: await clock.now(),
        melderKind: 'slachtoffer',
        victimConsents: true,
        anonymity: 'known-to-respondent',
        firstContactDueAt: '2024-03-08T22:59:59.999Z',
        acuteDanger: false,
        safeContact: 'none-set',
        codeDigest: codeDigest(code(), pepper),
        ...change,
      })
    },
    /** Mediation asks for a permit. */
    async requested(change: object = {}) {
      await hear('mediation', hearingPermitRequested.type, {
        request: randomUUID(),
        hearing: randomUUID(),
        ...permit,
        at: await clock.now(),
        ...change,
      })
    },
    /** What case told the others about this dossier, oldest first. */
    async told() {
      const messages = await world.published(topicOf('case'))
      return messages
        .filter((one) => one.subject === dossier)
        .map(({ type, data }) => ({ name: type.split('.').at(-2), ...data }))
    },
    async close() {
      await app.workers.stop()
      await app.server.close()
      await world.close()
    },
  }
}
