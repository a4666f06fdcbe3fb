/**
 * A service in small for the test that kills it: relay and consumer on one database. Kills itself without warning at the
 * step it is told, after so many of them; without a step it works until everything has arrived.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { postgresStore } from '@wederhoor/event-store/postgres'
import pg from 'pg'
import { consumer } from './consumer.ts'
import { inProcessBroker } from './in-process.ts'
import { relay } from './relay.ts'

const [url = '', step = '', countdown = '0', expected = '0'] = process.argv.slice(2)
let left = Number(countdown)
const dieAt = (here: string) => {
  if (here !== step) return
  left -= 1
  if (left <= 0) process.kill(process.pid, 'SIGKILL')
}

const pool = new pg.Pool({ connectionString: url, max: 10 })
const store = postgresStore({ pool, ledgerName: 'crash' })
const broker = inProcessBroker({ pool, leaseMs: 300 })
const out = relay({
  store,
  db: pool,
  broker,
  name: 'crash',
  source: 'urn:nld:oin:00000099000000000001:systeem:crash',
  topic: 'crash.events.v1',
  batch: 5,
  leaseMs: 300,
  announce: ({ id, stream, type }) => {
    const time = '2026-01-05T09:00:00.000Z'
    return [
      { type: `nl.example.${type}.v1`, subject: stream, data: { id }, time, traceparent: null },
    ]
  },
  onStep: dieAt,
})
const into = consumer({
  broker,
  db: pool,
  group: 'crash',
  topics: ['crash.events.v1'],
  decode: (message) => message,
  handle: async ({ message }, tx) => {
    dieAt('handling')
    await tx.query('insert into effect (subject, sequence, entry) values ($1, $2, $3)', [
      message.subject,
      message.sequence,
      message.data['id'],
    ])
    dieAt('handled')
  },
  random: () => 0.5,
})
await into.start()
out.start()
for (;;) {
  const { rows } = await pool.query<{ effects: string }>('select count(*) as effects from effect')
  if (Number(rows[0]?.effects) >= Number(expected)) break
  await pause(20)
}
await Promise.all([out.stop(), into.stop()])
await broker.close()
await store.close()
await pool.end()
