/** Intake on a fresh database, for tests: the national door, two desks, and the national layer. */
import { randomUUID } from 'node:crypto'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { testParts } from '@wederhoor/runtime/test-parts'
import { intakeMigrations } from '../migrations.ts'

/** An account, or whoever holds a code. */
type Who = string | { readonly code: string }

export type IntakeWorld = Awaited<ReturnType<typeof intakeWorld>>

export async function intakeWorld(build: (parts: ServiceParts) => Promise<ServiceApp>) {
  const world = await testParts({
    startAt: '2024-03-01T09:00:00.000Z',
    accounts: [
      { name: 'door', roles: ['intake-worker'], desk: 'landelijk' },
      { name: 'anna', roles: ['caseworker'], desk: 'loket-utrecht' },
      { name: 'bram', roles: ['caseworker'], desk: 'loket-rotterdam' },
      { name: 'nora', roles: ['national-coordinator'], desk: 'landelijk' },
    ],
    migrations: [intakeMigrations],
  })
  const app = await build(world.parts)
  await app.workers.start()

  const headersOf = async (who: Who | undefined): Promise<Record<string, string>> => {
    if (typeof who === 'object') return { 'access-code': who.code }
    return who === undefined ? {} : { ...(await world.bearer(who)) }
  }

  /** Answers when what followed has been done. */
  const post = async (
    url: string,
    payload: object | undefined,
    who?: Who,
    key: string = randomUUID(),
  ) => {
    const answer = await app.server.inject({
      method: 'POST',
      url,
      headers: { 'idempotency-key': key, ...(await headersOf(who)) },
      ...(payload === undefined ? {} : { payload }),
    })
    await app.workers.settled()
    return { status: answer.statusCode, body: answer.json() }
  }

  return {
    world,
    app,
    post,
    async get(url: string, who: Who) {
      const answer = await app.server.inject({ url, headers: await headersOf(who) })
      return { status: answer.statusCode, body: answer.json() }
    },
    /** A report from Utrecht. */
    report: (change: object = {}, key?: string, who?: Who) =>
      post(
        '/v1/meldingen',
        { story: 'Ik werd geweigerd.', acuteDanger: false, residence: 'GM0344', ...change },
        who,
        key,
      ),
    /** Days go by, and whatever was due happens and is seen. */
    async pass(days: number) {
      await world.clock.advance(days * 86_400_000)
      // A deadline writes an entry, and the entry goes into the views.
      await app.workers.settled()
      await app.workers.settled()
    },
    async close() {
      await app.workers.stop()
      await app.server.close()
      await world.close()
    },
  }
}
