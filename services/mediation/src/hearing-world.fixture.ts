/** The world of this service's own tests over HTTP: a real database and broker, and case as its published events speak. */
import { randomUUID } from 'node:crypto'
import { caseOpened, permissionGiven, permitGranted } from '@wederhoor/contracts/events/case'
import { type PublishedDeclaration, topicOf } from '@wederhoor/contracts/published'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { testParts } from '@wederhoor/runtime/test-parts'
import { mediationMigrations } from './migrations.ts'

export const organisation = '99004052'
export const letter = {
  text: 'Op 12 februari werd mij de toegang geweigerd.',
  annexes: [{ title: 'foto', text: 'bon' }],
}
export const answer = {
  text: 'Wij herkennen ons hier niet in, en leren er graag van.',
  annexes: [],
}
export const preparation = { respondent: { organisation }, letter }
export const day = 86_400_000

const accounts = [
  { name: 'anna', roles: ['caseworker'], desk: 'loket-utrecht' },
  { name: 'bram', roles: ['caseworker'], desk: 'loket-utrecht' },
  { name: 'cato', roles: ['caseworker'], desk: 'loket-rotterdam' },
  { name: 'insider', roles: ['caseworker'], desk: 'loket-utrecht', organisation },
  { name: 'anna-too', person: 'anna', roles: ['team-lead'], desk: 'loket-utrecht' },
  { name: 'mila', roles: ['mediator'] },
  { name: 'mees', roles: ['mediator', 'caseworker'], desk: 'loket-utrecht' },
]

type Who = string | { readonly code: string }

export interface Prepared {
  readonly dossier: string
  readonly base: string
  readonly hearing: string
  readonly document: string
  readonly respondent: string
  readonly status: string
  readonly documents: readonly { document: string; kind: string; digest: string; act: string }[]
}

export function documentIn(body: Pick<Prepared, 'documents'>, document: string) {
  const found = body.documents.find((one) => one.document === document)
  if (found === undefined) throw new Error('no such document')
  return found
}

export async function hearingWorld(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  const world = await testParts({
    startAt: '2024-03-01T09:00:00.000Z',
    accounts,
    migrations: [mediationMigrations],
  })
  const app = await build(world.parts)
  await app.workers.start()

  async function post(url: string, payload: object | undefined, who: Who, key = randomUUID()) {
    const headers: Record<string, string> = { 'idempotency-key': key }
    if (typeof who === 'string') Object.assign(headers, await world.bearer(who))
    else headers['access-code'] = who.code
    const body = payload === undefined ? {} : { payload }
    const reply = await app.server.inject({ method: 'POST', url, headers, ...body })
    await app.workers.settled()
    return { status: reply.statusCode, body: reply.json() }
  }

  async function get(url: string, who: Who) {
    const headers = typeof who === 'string' ? await world.bearer(who) : { 'access-code': who.code }
    const reply = await app.server.inject({ url, headers })
    return { status: reply.statusCode, body: reply.json() }
  }

  /** Says what case or intake would say. */
  async function tell(declaration: PublishedDeclaration, dossier: string, data: object) {
    const { service, type } = declaration
    const at = await world.clock.now()
    await world.publish({
      service,
      topic: topicOf(service),
      type,
      subject: dossier,
      data: { dossier, at, ...data },
    })
    await app.workers.settled()
  }

  async function openedCase(anonymity = 'known-to-respondent') {
    const dossier = randomUUID()
    await tell(caseOpened, dossier, {
      desk: 'loket-utrecht',
      melder: randomUUID(),
      contactPerson: await world.parts.vault.pseudonym(dossier, 'anna'),
      anonymity,
    })
    return dossier
  }

  async function prepared() {
    const dossier = await openedCase()
    const { body } = await post(`/v1/dossiers/${dossier}/hearings`, preparation, 'anna')
    const base = `/v1/dossiers/${dossier}/hearings/${body.hearing}`
    return { dossier, base, ...body } as Prepared
  }

  async function allow(hearing: Prepared, document: { digest: string; act: string }) {
    const permission = randomUUID()
    await tell(permissionGiven, hearing.dossier, {
      permission,
      act: document.act,
      receiver: hearing.respondent,
      digest: document.digest,
    })
    return permission
  }

  async function standing(hearing: Prepared) {
    return (await get(hearing.base, 'anna')).body
  }

  /** Asks a permit and lets case grant exactly what was asked. */
  async function permitted(hearing: Prepared, document: string, to: string, minutes = 15) {
    const asked = await post(`${hearing.base}/servings`, { document, to }, 'anna')
    if (asked.status !== 201) throw new Error(JSON.stringify(asked.body))
    await grantLast(hearing, minutes)
    return asked.body.request as string
  }

  async function grantLast(hearing: Prepared, minutes = 15) {
    const told = await world.published(topicOf('mediation'))
    const request = told.filter((one) => one.subject === hearing.dossier).at(-1)
    if (request?.type.includes('permit-requested') !== true) throw new Error('no permit was asked')
    const { act, receiver, digest, request: id } = request.data
    const validUntil = new Date(
      Date.parse(await world.clock.now()) + minutes * 60_000,
    ).toISOString()
    await tell(permitGranted, hearing.dossier, {
      permit: randomUUID(),
      request: id,
      act,
      receiver,
      digest,
      validUntil,
    })
  }

  /** From asking the permit to the code in the letter. */
  async function sent(hearing: Prepared, document: string, to: string) {
    const request = await permitted(hearing, document, to)
    const { status, body } = await post(
      `${hearing.base}/dispatches`,
      { request, channel: 'post' },
      'anna',
    )
    if (status !== 201) throw new Error(JSON.stringify(body))
    return { request, code: body.code as string }
  }

  async function servedHearing() {
    const hearing = await prepared()
    await allow(hearing, documentIn(hearing, hearing.document))
    const { code, request } = await sent(hearing, hearing.document, 'respondent')
    await post('/v1/my-hearing/opening', { document: hearing.document }, { code })
    return { hearing, code, request }
  }

  return {
    ...world,
    app,
    post,
    get,
    tell,
    openedCase,
    prepared,
    allow,
    standing,
    permitted,
    grantLast,
    sent,
    servedHearing,
    /** The answer in a hearing that has one. */
    async answerIn(hearing: Prepared) {
      const { documents } = await standing(hearing)
      return documents.find((one: { kind: string }) => one.kind === 'answer') as {
        document: string
      }
    },
    async close() {
      await app.workers.stop()
      await app.server.close()
      await world.close()
    },
  }
}

export type HearingWorld = Awaited<ReturnType<typeof hearingWorld>>
