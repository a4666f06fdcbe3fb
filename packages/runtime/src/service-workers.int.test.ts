import { randomUUID } from 'node:crypto'
import { createLogger } from '@wederhoor/telemetry/log'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { event, open, uuid } from '@wederhoor/vault/fields'
import type { PoolClient } from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serviceServer } from './service-app.ts'
import { serviceWorkers } from './service-workers.ts'
import { type TestParts, testParts } from './test-parts.ts'

const noted = event('Noted', 1, { note: open('random id', uuid('NoteId')) })
const at = '2024-03-01T09:00:00.000Z'

let world: TestParts
let log: Record<string, unknown>[]

beforeEach(async () => {
  world = await testParts({ startAt: at, accounts: [], migrations: [] })
  log = []
})
afterEach(() => world.close())

function service(announce: () => undefined, project: () => Promise<void> = async () => undefined) {
  const logger = createLogger({
    level: 'info',
    service: 'sample',
    destination: { write: (line: string) => void log.push(JSON.parse(line)) },
  })
  const codec = eventCodec({ ledger: world.parts.ledger, events: [noted] })
  const workers = serviceWorkers({
    parts: { ...world.parts, logger },
    service: 'sample',
    topic: 'sample.v1',
    categories: ['note'],
    codec,
    project,
    deadlinesOf: () => ({}),
    onDeadline: async () => undefined,
    announce,
    heard: { topics: [], decode: () => undefined, handle: async () => undefined },
    ruling: () => ({ power: { code: 'power', version: '1' }, policy: '1' }),
  })
  return { workers, codec }
}

async function append(codec: ReturnType<typeof service>['codec']) {
  const id = randomUUID()
  const place = { stream: `note-${id}`, revision: 0, id }
  const entry = codec.encode({ type: 'Noted', note: id } as never, place, {
    id,
    at,
    occurredAt: at,
    dossier: null,
    actor: { role: 'clerk', desk: null, pseudonym: randomUUID() },
    power: { code: 'power', version: '1' },
    policy: '1',
    causation: null,
    correlation: null,
    trace: null,
  } as never)
  await world.parts.store.append(place.stream, 'no-stream', [entry])
}

const errors = () => log.filter((line) => line['level'] === 'error')

describe('a service whose relay cannot go on', () => {
  test('says once, as an error, that nothing is announced any more', async () => {
    const { workers, codec } = service(() => {
      throw new TypeError('no contract for this')
    })
    await workers.start()
    await append(codec)
    await vi.waitFor(() => expect(errors()).toHaveLength(1), 5_000)
    expect(errors()).toMatchObject([
      { part: 'relay', failure: 'RelayError', code: 'announce-failed', msg: 'stopped for good' },
    ])
    expect(log.filter((line) => line['msg'] === 'tried again')).toEqual([])
    await workers.stop()
  })
})

/** What `/v1/health/ready` says of it. */
async function ready({ workers }: ReturnType<typeof service>) {
  const server = await serviceServer(world.parts, {
    name: 'sample',
    title: 'Sample',
    version: '1.0.0',
    description: 'A sample.',
    ready: workers.ready,
  })
  const answer = await server.inject('/v1/health/ready')
  await server.close()
  return { status: answer.statusCode, detail: String(answer.json().detail ?? '') }
}

describe('a service that answers', () => {
  test('is ready while its workers are well, and not before they have started', async () => {
    const sample = service(() => undefined)
    expect(await ready(sample)).toMatchObject({ status: 503 })
    await sample.workers.start()
    await append(sample.codec)
    await sample.workers.settled()
    expect(await ready(sample)).toMatchObject({ status: 200 })
    await sample.workers.stop()
  })

  test('is not ready with a relay that stopped for good', async () => {
    const sample = service(() => {
      throw new TypeError('no contract for this')
    })
    await sample.workers.start()
    await append(sample.codec)
    await vi.waitFor(() => expect(errors()).toHaveLength(1), 5_000)
    expect(await ready(sample)).toEqual({ status: 503, detail: 'These do not answer: relay.' })
    await sample.workers.stop()
  })

  test('is not ready with views that are stuck at an entry', async () => {
    const sample = service(
      () => undefined,
      async () => {
        throw new TypeError('no place for this')
      },
    )
    await sample.workers.start()
    await append(sample.codec)
    await vi.waitFor(
      async () =>
        expect(await ready(sample)).toEqual({ status: 503, detail: 'These do not answer: views.' }),
      { timeout: 8_000, interval: 100 },
    )
    await sample.workers.stop()
  })
})

describe('a service whose views are ahead of the ledger', () => {
  test('says so as an error, and does not start', async () => {
    await world.pool.query(`INSERT INTO projection.checkpoint VALUES ('sample', '7')`)
    const { workers } = service(() => undefined)
    await expect(workers.start()).rejects.toMatchObject({ code: 'checkpoint-ahead' })
    expect(errors()).toMatchObject([{ part: 'projection', code: 'checkpoint-ahead' }])
  })
})

describe('a service whose views hold something of a party', () => {
  const erasure = event('PartyErased', 1, { party: open('random id', uuid('PartyId')) })
  const dossier = randomUUID()
  const party = randomUUID()

  async function write(stream: string, type: 'Noted' | 'PartyErased') {
    const codec = eventCodec({ ledger: world.parts.ledger, events: [noted, erasure] })
    const id = randomUUID()
    const fields = type === 'Noted' ? { note: party } : { party }
    const entry = codec.encode({ type, ...fields } as never, { stream, revision: 0, id }, {
      id,
      at,
      occurredAt: at,
      dossier,
      actor: { role: 'clerk', desk: null, pseudonym: randomUUID() },
      power: { code: 'power', version: '1' },
      policy: '1',
      causation: null,
      correlation: null,
      trace: null,
    } as never)
    await world.parts.store.append(stream, 'no-stream', [entry])
  }

  test('drops it where the ledger says so, also when the view is built anew', async () => {
    const { pool } = world
    await pool.query('create table seen (name text, note uuid)')
    await write(`note-${randomUUID()}`, 'Noted')
    // Of another category: whoever calls a fact the same erases nobody.
    await write(`note-${randomUUID()}`, 'PartyErased')
    for (const [name, rows] of [
      ['first', 1],
      ['second', 1],
      ['third', 0],
    ] as const) {
      if (name === 'third') await write(`erasure-${randomUUID()}`, 'PartyErased')
      const workers = following(name)
      await workers.start()
      await workers.settled()
      await workers.stop()
      const found = await pool.query('select 1 from seen where name = $1', [name])
      expect([name, found.rows.length]).toEqual([name, rows])
    }
  })

  function following(name: string) {
    return serviceWorkers({
      parts: world.parts,
      service: name,
      topic: 'sample.v1',
      categories: ['note'],
      codec: eventCodec({ ledger: world.parts.ledger, events: [noted] }),
      project: async ({ event: { note } }, tx: PoolClient) => {
        await tx.query('insert into seen values ($1, $2)', [name, note])
      },
      erased: async (owner, tx) => {
        expect(owner).toEqual({ dossier, party })
        await tx.query('delete from seen where name = $1 and note = $2', [name, owner.party])
      },
      deadlinesOf: () => ({}),
      onDeadline: async () => undefined,
      announce: () => undefined,
      heard: { topics: [], decode: () => undefined, handle: async () => undefined },
      ruling: () => ({ power: { code: 'power', version: '1' }, policy: '1' }),
    })
  }
})
