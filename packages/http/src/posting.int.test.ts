import { randomBytes } from 'node:crypto'
import { migrate } from '@wederhoor/postgres/migrate'
import { createTestDatabase, type TestDatabase } from '@wederhoor/postgres/test-database'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sweepIdempotency } from './idempotency.ts'
import { checkApiRules } from './runtime-rules.ts'
import { addNotes } from './test-routes.ts'
import { type TestServer, testServer } from './test-server.ts'

const dossier = '0b0f2f0e-7c3b-4b7e-9d0e-3d8f6a1f0c11'
const address = `/v1/dossiers/${dossier}/notes`
const note = {
  text: 'a note',
  happenedOn: '2024-02-29',
  reportedAt: '2024-03-01T08:00:00Z',
  kind: 'small',
}
const key = () => randomBytes(16).toString('base64url')

let database: TestDatabase
let server: TestServer
/** Stands for the store: a command that was handled is found again by its id. */
let handled: Map<string, string>
let crashNext: boolean

beforeAll(async () => {
  database = await createTestDatabase()
  await migrate(database.pool, {
    schema: 'http',
    directory: new URL('../migrations/', import.meta.url),
  })
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query('truncate http.idempotency')
  handled = new Map()
  crashNext = false
  server = await testServer({ idempotency: { db: database.pool, key: Buffer.alloc(32, 5) } })
  addNotes(server.app, async (commandId, text) => {
    const known = handled.has(commandId)
    if (!known) handled.set(commandId, text)
    if (crashNext) throw new Error('crashed after the append')
    return known ? 'there' : 'added'
  })
})
afterEach(() => server.app.close())

async function post(
  body: unknown,
  headers: Record<string, string> = { 'idempotency-key': key() },
  url: string = address,
) {
  const isText = typeof body === 'string' || body instanceof Buffer
  const answer = await server.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: isText ? body : JSON.stringify(body),
  })
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
}

const codes = (answer: { body: { errors?: { path: string; code: string }[] } }) =>
  (answer.body.errors ?? []).map((error) => `${error.path} ${error.code}`)

describe('a new request', () => {
  test('gets a command id of its own', async () => {
    const one = await post(note)
    const two = await post(note)
    expect([one.status, two.status]).toEqual([201, 201])
    expect(one.body.command).toMatch(/^[0-9a-f-]{14}5/)
    expect(one.body.command).not.toBe(two.body.command)
  })

  test('of an API that keeps the rules', async () => {
    expect(await checkApiRules(server.app)).toEqual([])
  })
})

describe('a repeated request', () => {
  test('gets the same command, whatever the order and white space of its body', async () => {
    const headers = { 'idempotency-key': key() }
    const first = await post(note, headers)
    const again = await post(
      JSON.stringify(Object.fromEntries(Object.entries(note).reverse()), null, 3),
      headers,
    )
    expect(first.body).toEqual({
      command: first.body.command,
      result: 'added',
    })
    expect(again.body).toEqual({ command: first.body.command, result: 'there' })
  })

  test('with another body, dossier or query is 422 and handles nothing', async () => {
    const headers = { 'idempotency-key': key() }
    await post(note, headers)
    const other = '7c3b2f0e-0b0f-4b7e-9d0e-3d8f6a1f0c11'
    const answers = [
      await post({ ...note, text: 'another' }, headers),
      await post(note, headers, `/v1/dossiers/${other}/notes`),
      await post(note, headers, `${address}?lang=nl`),
      // Members that the schema does not know count too: the caller meant something by them.
      await post({ ...note, extra: 1 }, headers),
    ]
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 422, body: { code: 'key-reused' } })
    expect(handled.size).toBe(1)
  })

  test('of another account is another command', async () => {
    const headers = { 'idempotency-key': key() }
    const nobodys = await post(note, headers)
    const annas = await post(
      { ...note, text: 'of anna' },
      { ...headers, ...(await server.bearer('anna')) },
    )
    expect(annas.status).toBe(201)
    expect(annas.body.command).not.toBe(nobodys.body.command)
  })

  test('at the same moment is handled once, and both get an answer', async () => {
    const headers = { 'idempotency-key': key() }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(note, headers)))
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 201))
    expect(new Set(answers.map((answer) => answer.body.command)).size).toBe(1)
    expect(handled.size).toBe(1)
  })

  test('at the same moment with two bodies lets one of them through', async () => {
    const headers = { 'idempotency-key': key() }
    const bodies = Array.from({ length: 8 }, (_, index) => ({ ...note, text: `text ${index}` }))
    const answers = await Promise.all(bodies.map((body) => post(body, headers)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([
      201, 422, 422, 422, 422, 422, 422, 422,
    ])
    expect(handled.size).toBe(1)
  })

  test('after a crash halfway goes through again and finds what was done', async () => {
    const headers = { 'idempotency-key': key() }
    crashNext = true
    expect((await post(note, headers)).status).toBe(500)
    crashNext = false
    const again = await post(note, headers)
    expect(again).toMatchObject({ status: 201, body: { result: 'there' } })
  })

  test('is remembered for 24 hours and then swept', async () => {
    const headers = { 'idempotency-key': key(), ...(await server.bearer('anna')) }
    await post(note, headers)
    await server.clock.advance(23 * 60 * 60 * 1000)
    expect(await sweepIdempotency(database.pool, server.clock)).toBe(0)
    await server.clock.advance(2 * 60 * 60 * 1000)
    const fresh = { ...headers, ...(await server.bearer('anna')) }
    expect((await post({ ...note, text: 'another' }, fresh)).status).toBe(201)
    await server.clock.advance(25 * 60 * 60 * 1000)
    expect(await sweepIdempotency(database.pool, server.clock)).toBe(1)
  })

  test('leaves the status of its answer, for whoever asks the table later', async () => {
    await post(note)
    await vi.waitFor(async () => {
      const { rows } = await database.pool.query('select status from http.idempotency')
      expect(rows).toEqual([{ status: 201 }])
    })
  })

  test('leaves no body in the database', async () => {
    await post({ ...note, text: 'Jansen' })
    const { rows } = await database.pool.query('select i::text as text from http.idempotency i')
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('Jansen')
    expect(JSON.stringify(rows)).not.toContain(Buffer.from('Jansen').toString('hex'))
  })
})

describe('an idempotency key', () => {
  test.each([
    ['none', undefined, 'missing'],
    ['with a space', 'a b', 'invalid-format'],
    ['too long', 'x'.repeat(201), 'invalid-format'],
    ['short', 'abc123', 'guessable'],
    ['a UUID without enough hex', '0123456789abcdef0123456789abcde', 'guessable'],
    ['a repeated character', 'a'.repeat(40), 'guessable'],
    ['a sentence', 'this is not random', 'invalid-format'],
  ])('without a token: %s', async (_name, value, code) => {
    const answer = await post(note, value === undefined ? {} : { 'idempotency-key': value })
    expect([answer.status, codes(answer)]).toEqual([400, [`/headers/idempotency-key ${code}`]])
  })

  test('of an account may be anything visible', async () => {
    const headers = { ...(await server.bearer('anna')), 'idempotency-key': '1' }
    expect((await post(note, headers)).status).toBe(201)
  })

  test('of nobody may be random in hex, base64url or as a UUID', async () => {
    for (const value of [
      randomBytes(16).toString('hex'),
      key(),
      '5f0e7a52-6f0c-4b7e-9d0e-3d8f6a1f0c11',
    ])
      expect((await post(note, { 'idempotency-key': value })).status).toBe(201)
  })
})

describe('bad input', () => {
  test('is 400 with every error of every part at once', async () => {
    const answer = await post(
      { text: '', happenedOn: '2023-02-29', reportedAt: '2024-03-01T08:00:00+01:00', kind: 'huge' },
      {},
      '/v1/dossiers/no-uuid/notes?lang=de',
    )
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual([
      '/headers/idempotency-key missing',
      '/params/dossier invalid-format',
      '/query/lang invalid-value',
      '/body/text too-small',
      '/body/happenedOn invalid-format',
      '/body/reportedAt invalid-format',
      '/body/kind invalid-value',
    ])
    expect(handled.size).toBe(0)
  })

  test.each(['2024-13-01', '2024-02-30', '2023-02-29', '01-02-2024', '2024-2-1'])(
    'an impossible date: %s',
    async (happenedOn) => {
      expect(codes(await post({ ...note, happenedOn }))).toEqual([
        '/body/happenedOn invalid-format',
      ])
    },
  )

  test('NUL and lone surrogates in any text, in members and keys that nobody asked for too', async () => {
    const answer = await post(
      '{"text":"a\\u0000b","happenedOn":"2024-02-29","reportedAt":"2024-03-01T08:00:00Z","kind":"small","more":[{"x\\u0000":"\\ud800"}]}',
    )
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual([
      '/body/text nul-character',
      '/body/more/0/x nul-character',
      '/body/more/0/x lone-surrogate',
    ])
  })

  test('a number that is too large and nesting that is too deep', async () => {
    const huge = await post(
      '{"text":"a","happenedOn":"2024-02-29","reportedAt":"2024-03-01T08:00:00Z","kind":"small","n":1e999}',
    )
    expect(codes(huge)).toEqual(['/body/n number-out-of-range'])
    const deep = await post({ ...note, more: JSON.parse('['.repeat(100) + ']'.repeat(100)) })
    expect(codes(deep)).toEqual([expect.stringMatching(/^\/body\/more(\/0)+ too-deep$/)])
  })

  test.each([
    ['malformed', '{"text":'],
    ['not JSON', 'hello'],
    ['empty', ''],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['with a prototype', '{"__proto__":{"admin":true}}'],
  ])('a body that is %s is 400 and is not quoted', async (_name, body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toMatch(/malformed-json|bad-request/)
    expect(server.log()).not.toContain('hello')
  })

  test('no body at all is 400', async () => {
    const headers = { 'idempotency-key': key() }
    const answer = await server.app.inject({ method: 'POST', url: address, headers })
    expect(answer.statusCode).toBe(400)
  })

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    'a body of %s is 415',
    async (type) => {
      const answer = await post('a=b', { 'idempotency-key': key(), 'content-type': type })
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type'])
    },
  )

  test('a body above the limit of the route is 413, and one of 10 MB too', async () => {
    for (const length of [2001, 10_000_000]) {
      const answer = await post({ ...note, text: 'x'.repeat(length) })
      expect([answer.status, answer.body.code]).toEqual([413, 'body-too-large'])
    }
  })
})
