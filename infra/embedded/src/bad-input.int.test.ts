import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { problemOf } from './problem-answer.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'

let instance: TestInstance
let intake: string
let cases: string
let before: number

beforeAll(async () => {
  instance = await openTestInstance()
  intake = instance.house.baseUrls.intake
  cases = instance.house.baseUrls.case
})

afterAll(() => instance.close())

const newKey = (): string => randomBytes(16).toString('hex')
const melding = { story: 'Zij wezen mij de deur.', acuteDanger: false, residence: 'GM0344' }

const post = (
  url: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': newKey(), ...headers },
    body,
  })
const report = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) =>
  post(`${intake}/v1/meldingen`, body, headers)
const bearer = async (name: string) => ({
  authorization: `Bearer ${await instance.house.issuer.tokenFor(name)}`,
})

beforeEach(async () => {
  before = await instance.entries()
})

/** Whatever came before: the server works. */
afterEach(async () => {
  expect((await report(JSON.stringify(melding))).status).toBe(201)
  await instance.house.settled()
})

async function writesNothing(): Promise<void> {
  await instance.house.settled()
  expect(await instance.entries()).toBe(before)
}

describe('input that makes no sense', () => {
  test.each([
    ['channel', 'postduif', 'unknown-code'],
    ['melderKind', 'buurvrouw', 'unknown-code'],
    ['needs', ['niets-bekends'], 'unknown-code'],
    ['residence', 'Utrecht', 'invalid-format'],
    ['incidentPlace', 'overal', 'invalid-format'],
    ['unheardOf', 1, 'unrecognized-keys'],
  ])('names the value that is on no list or of another form: %s', async (field, value, code) => {
    const answer = await problemOf(await report(JSON.stringify({ ...melding, [field]: value })))
    expect(answer.status).toBe(400)
    expect(answer.errors.map((one) => one.code)).toContain(code)
    await writesNothing()
  })

  test.each(['2024-02-31', '2023-02-29', '2024-13-01', 'morgen'])(
    'has a date that never comes: %s',
    async (until) => {
      const dossier = await instance.openCase()
      before = await instance.entries()
      const permission = { act: 'general-letter', receiver: 'gemeente', digest: 'A'.repeat(43) }
      const url = `${cases}/v1/cases/${dossier}/permissions`
      const body = JSON.stringify({ ...permission, until })
      const answer = await problemOf(await post(url, body, await bearer('anna')))
      expect(answer).toMatchObject({ status: 400, errors: [{ path: '/body/until' }] })
      await writesNothing()
    },
  )

  test.each([
    ['a NUL', '{"acuteDanger":false,"story":"voor\\u0000na"}', 'nul-character'],
    ['a lone high surrogate', '{"acuteDanger":false,"story":"voor\\ud800na"}', 'lone-surrogate'],
    ['a lone low surrogate', '{"acuteDanger":false,"story":"voor\\udc00na"}', 'lone-surrogate'],
    [
      'a NUL in the name of a member',
      '{"acuteDanger":false,"story":"x","a\\u0000":1}',
      'nul-character',
    ],
  ])('holds %s', async (_, body, code) => {
    const answer = await problemOf(await report(body))
    expect(answer.status).toBe(400)
    expect(answer.errors.map((one) => one.code)).toContain(code)
    await writesNothing()
  })

  test.each([
    ['cut off', '{"story":'],
    ['empty', ''],
    ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['a prototype', '{"__proto__":{"story":"x"}}'],
    ['very deep', '['.repeat(20_000)],
  ])('is no JSON: %s', async (_, body) => {
    expect(await problemOf(await report(body))).toMatchObject({ status: 400 })
    await writesNothing()
  })

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense'])(
    'comes in a media type that is not read here: %s',
    async (type) => {
      const answer = await report(JSON.stringify(melding), { 'content-type': type })
      expect(await problemOf(answer)).toMatchObject({ status: 415 })
      await writesNothing()
    },
  )

  test('is ten megabytes long, announced or not', async () => {
    const story = 'x'.repeat(10_000_000)
    const body = JSON.stringify({ ...melding, story })
    expect(await problemOf(await report(body))).toMatchObject({ status: 413 })
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < body.length; at += 65_536)
          controller.enqueue(Buffer.from(body.slice(at, at + 65_536)))
        controller.close()
      },
    })
    const unannounced = await fetch(`${intake}/v1/meldingen`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': newKey() },
      body: chunks,
      duplex: 'half',
    } as RequestInit)
    expect(await problemOf(unannounced)).toMatchObject({ status: 413 })
    await writesNothing()
  })

  test('is not even HTTP', async () => {
    const { port } = new URL(intake)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('\u0016\u0003\u0001 hello\r\n\r\n')
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    await once(socket, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"status":400/)
    await writesNothing()
  })
})

describe('an idempotency key', () => {
  test('that comes again with another body is refused, whoever brings it', async () => {
    const key = newKey()
    const headers = { 'idempotency-key': key }
    expect((await report(JSON.stringify(melding), headers)).status).toBe(201)
    const dossier = await instance.openCase()
    const url = `${cases}/v1/cases/${dossier}/wishes`
    const anna = { ...(await bearer('anna')), 'idempotency-key': 'one' }
    expect((await post(url, '{"wish":"Excuses."}', anna)).status).toBe(200)
    before = await instance.entries()
    const other = JSON.stringify({ ...melding, story: 'Iets anders.' })
    const reused = { status: 422, code: 'key-reused' }
    expect(await problemOf(await report(other, headers))).toMatchObject(reused)
    expect(await problemOf(await post(url, '{"wish":"Geld."}', anna))).toMatchObject(reused)
    await writesNothing()
  })

  test('that comes again with the same body gets the same answer and writes nothing', async () => {
    const headers = { 'idempotency-key': newKey() }
    const first = await report(JSON.stringify(melding), headers)
    await instance.house.settled()
    before = await instance.entries()
    // White space and the order of members are no difference.
    const { story, ...rest } = melding
    const again = await report(JSON.stringify({ ...rest, story }, null, 2), headers)
    expect([again.status, await again.json()]).toEqual([201, await first.json()])
    await writesNothing()
  })

  test.each([
    ['missing', {}, 'missing'],
    ['a word', { 'idempotency-key': 'melding' }, 'guessable'],
    ['a counter', { 'idempotency-key': '0'.repeat(31).concat('7') }, 'guessable'],
    ['too long', { 'idempotency-key': 'a1b2c3d4'.repeat(30) }, 'invalid-format'],
  ])('that is %s lets nobody without a token write', async (_, headers, code) => {
    const answer = await fetch(`${intake}/v1/meldingen`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
      body: JSON.stringify(melding),
    })
    expect(await problemOf(answer)).toMatchObject({
      status: 400,
      errors: [{ path: '/headers/idempotency-key', code }],
    })
    await writesNothing()
  })
})

describe('an address', () => {
  test.each([
    ['with a slash too many', 'GET', '/v1/meldingen/', 404],
    ['of nothing', 'GET', '/v1/nothing-here', 404],
    ['of no version', 'GET', '/meldingen', 404],
    ['above the root', 'GET', '/v1/../../etc/passwd', 404],
    ['with a broken escape', 'GET', '/v1/meldingen/%zz', 400],
    ['with an id of another form', 'GET', '/v1/meldingen/1%20or%201=1', 400],
    ['with an id without end', 'GET', `/v1/meldingen/${'a'.repeat(500)}`, 404],
    ['of another method', 'DELETE', '/v1/meldingen', 405],
    ['of another method on one thing', 'PUT', '/v1/meldingen/x', 405],
  ])('%s: %s %s', async (_, method, path, status) => {
    const answer = await fetch(`${intake}${path}`, { method, headers: await bearer('anna') })
    expect(await problemOf(answer)).toMatchObject({ status })
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET/)
    await writesNothing()
  })
})
