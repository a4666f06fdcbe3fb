import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import { either, everyone, roles } from '@wederhoor/identity/access'
import type { EntryActor } from '@wederhoor/ledger/entry'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { spanMemory, startTelemetry, type Telemetry } from '@wederhoor/telemetry/telemetry'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CommandMoment, contexts } from './command-context.ts'
import { type TestServer, testServer } from './test-server.ts'

const dossier = '0b0f2f0e-7c3b-4b7e-9d0e-3d8f6a1f0c11'
const party = '7c3b2f0e-0b0f-4b7e-9d0e-3d8f6a1f0c11'
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const key = 'AbCdEfGhIjKlMnOpQrStUv'
const power = { code: 'support', version: '2024-01' }

let database: TestDatabase
let server: TestServer
let telemetry: Telemetry
let moment: CommandMoment
const made: CommandContext[] = []
const scopes: string[] = []

beforeAll(async () => {
  telemetry = startTelemetry({
    service: 'sample',
    version: '1.0.0',
    exporter: spanMemory().exporter,
  })
  database = await createTestDatabase()
  await migrate(database.pool, {
    schema: 'http',
    directory: new URL('../migrations/', import.meta.url),
  })
  server = await testServer({ idempotency: { db: database.pool, key: Buffer.alloc(32, 5) } })
  const contextFor = contexts({
    clock: server.clock,
    pseudonym: async (scope, person) => {
      scopes.push(scope)
      return derivedId(dossier, `${scope} ${person}`) as EntryActor['pseudonym']
    },
    policyVersion: (at) => `policy of ${at.slice(0, 7)}`,
  })
  const config = { access: either(everyone(), roles('clerk')) }
  server.app.post('/v1/acts', { config }, async (request) => {
    made.push(await contextFor(request, moment))
    return { command: request.commandId }
  })
})
afterAll(async () => {
  await server.app.close()
  await database.drop()
  await telemetry.shutdown()
})

async function act(headers: Record<string, string>) {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/v1/acts',
    headers: { 'idempotency-key': key, traceparent, ...headers },
  })
  return { status: answer.statusCode, command: answer.json().command, context: made.at(-1) }
}

describe('a command of an account', () => {
  test('carries who, when, in which role, under which power and policy', async () => {
    moment = { dossier, scope: dossier, power }
    const { command, context } = await act(await server.bearer('anna'))
    expect(context).toEqual({
      id: command,
      at: '2024-03-01T09:00:00.000Z',
      occurredAt: '2024-03-01T09:00:00.000Z',
      dossier,
      actor: {
        role: 'clerk',
        desk: 'north',
        pseudonym: derivedId(dossier, `${dossier} person-anna`),
      },
      power,
      policy: 'policy of 2024-03',
      causation: null,
      correlation: command,
      trace: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/),
    })
    expect(scopes).toEqual([dossier])
  })
})

describe('a command of somebody without an account', () => {
  test('is of a party in a role that the route names', async () => {
    const occurredAt = '2024-02-01T00:00:00.000Z' as CommandContext['at']
    moment = {
      dossier,
      scope: dossier,
      power,
      occurredAt,
      correlation: null,
      as: { role: 'reporter', party },
    }
    const { context } = await act({})
    expect(context).toMatchObject({
      actor: { role: 'reporter', desk: null, pseudonym: party },
      occurredAt,
      correlation: null,
    })
  })

  test('is a bug of the route when it does not say as whom', async () => {
    moment = { dossier, scope: dossier, power }
    expect((await act({})).status).toBe(500)
  })
})
