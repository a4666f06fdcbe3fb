import { randomUUID } from 'node:crypto'
import { createLogger } from '@wederhoor/telemetry/log'
import { eventCodec } from '@wederhoor/vault/event-codec'
import { event, open, uuid } from '@wederhoor/vault/fields'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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

function service(announce: () => undefined) {
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
    project: async () => undefined,
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

describe('a service whose views are ahead of the ledger', () => {
  test('says so as an error, and does not start', async () => {
    await world.pool.query(`INSERT INTO projection.checkpoint VALUES ('sample', '7')`)
    const { workers } = service(() => undefined)
    await expect(workers.start()).rejects.toMatchObject({ code: 'checkpoint-ahead' })
    expect(errors()).toMatchObject([{ part: 'projection', code: 'checkpoint-ahead' }])
  })
})
