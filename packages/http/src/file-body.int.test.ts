import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { either, everyone, roles } from '@wederhoor/identity/access'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fileBody, fileIn, takeFiles } from './file-body.ts'
import { checkApiRules } from './runtime-rules.ts'
import { type TestServer, testServer } from './test-server.ts'

let database: TestDatabase
let server: TestServer
let url: string
/** How many requests have found a place. */
let begun = 0
/** What a request waits for before it is answered. */
let held: Promise<void> = Promise.resolve()

beforeAll(async () => {
  database = await createTestDatabase()
  await migrate(database.pool, {
    schema: 'http',
    directory: new URL('../migrations/', import.meta.url),
  })
  server = await testServer({ idempotency: { db: database.pool, key: Buffer.alloc(32, 5) } })
  const limits = { mediaTypes: ['image/png'], bytesMax: 1_000, atOnceMax: 1 }
  takeFiles(server.app, limits, (scope) => {
    scope.addHook('preParsing', async () => {
      begun += 1
    })
    const config = { access: either(everyone(), roles('clerk')) }
    const schema = { consumes: ['image/png'], body: fileBody }
    scope.post('/v1/pictures', { config, schema }, async (request) => {
      const { length } = fileIn(request)
      await held
      return { length }
    })
  })
  url = await server.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await server.app.close()
  await database.drop()
})

const newKey = () => randomBytes(16).toString('base64url')
async function post(payload: Buffer, type = 'image/png', key = newKey()) {
  const headers = { 'content-type': type, 'idempotency-key': key }
  const answer = await server.app.inject({ method: 'POST', url: '/v1/pictures', headers, payload })
  return { status: answer.statusCode, body: answer.json() }
}

describe('a route that takes a file', () => {
  test('gets it as it is, whatever bytes it holds', async () => {
    expect(await post(Buffer.from([0, 255, 0, 128]))).toEqual({ status: 200, body: { length: 4 } })
  })

  test('keeps the rules of the API, and says what it takes', async () => {
    expect(await checkApiRules(server.app)).toEqual([])
    const document = (await server.app.inject('/v1/openapi.json')).json()
    expect(document.paths['/pictures'].post.requestBody.content).toEqual({
      'image/png': { schema: { type: 'string', format: 'binary' } },
    })
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'image/png', 400, 'empty-file'],
    ['another type', Buffer.from('{}'), 'application/json', 415, 'unsupported-media-type'],
    ['too much', Buffer.alloc(1_001), 'image/png', 413, 'body-too-large'],
  ])('refuses %s', async (_what, payload, type, status, code) => {
    expect(await post(payload, type)).toMatchObject({ status, body: { code } })
  })

  test('takes the same bytes under one key as a repeat, and other bytes not', async () => {
    const key = newKey()
    expect((await post(Buffer.from('a'), 'image/png', key)).status).toBe(200)
    expect((await post(Buffer.from('a'), 'image/png', key)).status).toBe(200)
    expect((await post(Buffer.from('b'), 'image/png', key)).body.code).toBe('key-reused')
  })

  test('turns away whoever comes while as many as may are under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    const before = begun
    const first = post(Buffer.from('a'))
    await vi.waitFor(() => expect(begun).toBe(before + 1))
    expect((await post(Buffer.from('b'))).status).toBe(503)
    resolve()
    expect((await first).status).toBe(200)
    expect((await post(Buffer.from('c'))).status).toBe(200)
  })

  test('attack: senders who break off halfway take nobody’s place', async () => {
    const lines = ['POST /v1/pictures HTTP/1.1', 'host: x', 'content-type: image/png']
    const head = [...lines, `idempotency-key: ${newKey()}`, 'content-length: 900', '', 'half of it']
    const before = begun
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(head.join('\r\n'))
    await vi.waitFor(() => expect(begun).toBe(before + 1))
    expect((await post(Buffer.from('b'))).status).toBe(503)
    socket.destroy()
    await vi.waitFor(async () => expect((await post(Buffer.from('c'))).status).toBe(200))
  })
})
