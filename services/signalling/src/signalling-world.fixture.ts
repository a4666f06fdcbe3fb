/** The world of this service's integration tests: the service on a real database, with the people who use it. */
import { randomUUID } from 'node:crypto'
import { reportCounted } from '@wederhoor/contracts/events/intake'
import { topicOf } from '@wederhoor/contracts/published'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { testParts } from '@wederhoor/runtime/test-parts'
import { signallingMigrations } from './migrations.ts'

const account = (
  name: string,
  role: string,
  change: { readonly person?: string; readonly organisation?: string } = {},
) => ({
  name,
  roles: [role],
  desk: change.organisation === undefined ? 'landelijk' : null,
  ...change,
})

export type SignallingWorld = Awaited<ReturnType<typeof signallingWorld>>

export async function signallingWorld(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  const world = await testParts({
    startAt: '2024-03-01T09:00:00.000Z',
    accounts: [
      account('sara', 'analyst'),
      account('stef', 'analyst'),
      account('sara-again', 'national-coordinator', { person: 'sara' }),
      account('szw', 'addressee', { organisation: 'szw' }),
      account('vws', 'addressee', { organisation: 'vws' }),
      account('utrecht', 'municipality', { organisation: 'GM0344' }),
      account('anna', 'caseworker'),
    ],
    migrations: [signallingMigrations],
  })
  const app = await build(world.parts)
  await app.workers.start()

  /** What a message makes happen in the first round is in the views and on the topic after the second. */
  async function settled(): Promise<void> {
    await app.workers.settled()
    await app.workers.settled()
  }

  async function post(url: string, who: string, payload?: object, key: string = randomUUID()) {
    const headers = { 'idempotency-key': key, ...(await world.bearer(who)) }
    const answer = await app.server.inject({
      method: 'POST',
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    await settled()
    return { status: answer.statusCode, body: answer.json() }
  }

  async function get(url: string, who: string) {
    const answer = await app.server.inject({ url, headers: await world.bearer(who) })
    return { status: answer.statusCode, body: answer.json() }
  }

  async function count(change: object = {}) {
    const id = randomUUID()
    await world.publish({
      service: 'intake',
      topic: topicOf('intake'),
      type: reportCounted.type,
      subject: `count/${id}`,
      data: {
        count: id,
        month: '2024-03',
        residence: 'GM0344',
        incident: 'GM0344',
        grounds: ['geslacht'],
        terreinen: ['arbeidsmarkt'],
        natures: ['ongelijke-behandeling'],
        melderKind: 'slachtoffer',
        desk: 'loket-utrecht',
        newPerson: true,
        newEvent: true,
        ...change,
      },
    })
  }

  async function counts(number: number, change: object) {
    for (let index = 0; index < number; index += 1) await count(change)
    await settled()
  }

  const told = async (name: string) =>
    (await world.published(topicOf('signalling'))).filter((one) => one.type.includes(`.${name}.`))

  return {
    ...world,
    app,
    settled,
    post,
    get,
    counts,
    told,
    async close() {
      await app.workers.stop()
      await app.server.close()
      await world.close()
    },
  }
}
