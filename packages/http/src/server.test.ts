import { everyone, roles } from '@wederhoor/identity/access'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addReadingRoutes } from './test-routes.ts'
import { type TestServer, testServer } from './test-server.ts'

const dossier = '0b0f2f0e-7c3b-4b7e-9d0e-3d8f6a1f0c11'
const address = `/v1/dossiers/${dossier}`
let server: TestServer

beforeEach(async () => {
  server = await testServer()
  addReadingRoutes(server.app)
})
afterEach(() => server.app.close())

async function get(url: string, headers: Record<string, string> = {}) {
  const answer = await server.app.inject({ url, headers })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

describe('a route', () => {
  test('without a declared access is refused when it is added', () => {
    expect(() => server.app.get('/v1/open-door', async () => 'hello')).toThrow(/config.access/)
  })

  test('that takes a POST is refused when the server has no table for idempotency', () => {
    const config = { access: everyone() }
    expect(() => server.app.post('/v1/posts', { config }, async () => 'hello')).toThrow(
      /idempotency/,
    )
  })
})

describe('a route for a role', () => {
  test('answers an account with that role', async () => {
    const { status, body } = await get(address, await server.bearer('anna'))
    expect({ status, body }).toEqual({ status: 200, body: { dossier, pageSize: 10 } })
    expect(server.denials).toEqual([])
  })

  test('is 401 without a token and with a bad one, and each denial is reported', async () => {
    const missing = await get(address)
    expect(missing.status).toBe(401)
    expect(missing.headers['www-authenticate']).toBe('Bearer')
    const forged = await get(address, { authorization: 'Bearer a.b.c' })
    expect(forged.status).toBe(401)
    const { authorization } = await server.bearer('anna')
    await server.clock.advance(13 * 60 * 60 * 1000)
    const expired = await get(address, { authorization })
    expect(expired.status).toBe(401)
    expect(expired.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
    expect(server.denials).toEqual([
      'nobody token-missing',
      'nobody token-invalid',
      'nobody token-expired',
    ])
  })

  test('is 403 for an account with another role, before its input is looked at', async () => {
    const { status, body } = await get('/v1/dossiers/no-uuid', await server.bearer('otto'))
    expect(status).toBe(403)
    expect(body).toMatchObject({ status: 403, code: 'forbidden' })
    expect(server.denials).toEqual(['account-otto role-missing'])
  })

  test('can refuse by itself, and that is reported in the same way', async () => {
    const { status } = await get('/v1/other-desk', await server.bearer('anna'))
    expect(status).toBe(403)
    expect(server.denials).toEqual(['account-anna other-desk'])
  })
})

describe('an id in upper case', () => {
  const shouted = `/v1/dossiers/${dossier.toUpperCase()}`

  test('is the same id', async () => {
    const { status, body } = await get(shouted, await server.bearer('anna'))
    expect({ status, body }).toEqual({ status: 200, body: { dossier, pageSize: 10 } })
  })

  test('is the same id too where access is refused, so that the log can take it', async () => {
    const asked: unknown[] = []
    const watched = await testServer({ onDenied: async ({ params }) => void asked.push(params) })
    addReadingRoutes(watched.app)
    expect((await watched.app.inject(shouted)).statusCode).toBe(401)
    expect(asked).toEqual([{ dossier }])
    await watched.app.close()
  })
})

describe('a denial that cannot be recorded', () => {
  test('is still no access', async () => {
    const failing = await testServer({ onDenied: () => Promise.reject(new Error('no log')) })
    addReadingRoutes(failing.app)
    const answer = await failing.app.inject(address)
    expect(answer.statusCode).toBe(500)
    await failing.app.close()
  })
})

describe('a route for a code', () => {
  test('hands on the code that was brought, and is 401 without one', async () => {
    const { body } = await get('/v1/who/code', { 'access-code': '1234 5678' })
    expect(body).toEqual({ subject: 'nobody', role: null, code: '1234 5678' })
    expect((await get('/v1/who/code')).status).toBe(401)
    expect((await get('/v1/who/code', await server.bearer('anna'))).status).toBe(403)
  })
})

describe('an open route', () => {
  test('answers nobody, knows an account, and refuses a forged token', async () => {
    const open = '/v1/who/everyone'
    expect((await get(open)).body).toEqual({ subject: 'nobody', role: null, code: null })
    expect((await get(open, await server.bearer('anna'))).body).toMatchObject({ role: 'clerk' })
    expect((await get(open, await server.bearer('otto'))).body).toMatchObject({ role: null })
    expect((await get(open, { authorization: 'Bearer x' })).status).toBe(401)
  })
})

describe('every answer', () => {
  test.each([
    ['/v1/health/live', 200],
    ['/v1/openapi.json', 200],
    ['/docs', 200],
    ['/', 302],
    ['/v1/nowhere', 404],
    ['/v1/%zz', 400],
    [`/v1/dossiers/${'x'.repeat(300)}`, 404],
    [address, 401],
  ])('%s (%i) carries the version and the security headers', async (url, status) => {
    const answer = await server.app.inject(url)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject({
      'api-version': '1.2.3',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    if (status >= 400) {
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.json()).toMatchObject({
        status,
        title: expect.any(String),
        detail: expect.any(String),
      })
    }
  })
})

describe('an address that is not there', () => {
  test('is 404, a trailing slash included', async () => {
    expect((await get('/v1/health/live/')).status).toBe(404)
    expect((await get('/v1/health')).status).toBe(404)
  })

  test('with another method is 405 and names the methods that work', async () => {
    const answer = await server.app.inject({ method: 'DELETE', url: address })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD')
  })
})

describe('a caller who accepts something else', () => {
  test.each([
    ['text/html', 406],
    ['application/json;q=0, text/html', 406],
    ['*/*;q=0', 406],
    ['application/json', 200],
    ['application/problem+json', 200],
    ['text/html, application/*;q=0.1', 200],
    ['*/*', 200],
  ])('%s gets %i', async (accept, status) => {
    expect((await get('/v1/health/live', { accept })).status).toBe(status)
  })
})

describe('readiness', () => {
  test('is 503 and names what does not answer', async () => {
    const halting = await testServer({
      ready: { database: async () => {}, broker: () => Promise.reject(new Error('down')) },
    })
    const answer = await halting.app.inject('/v1/health/ready')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ detail: 'These do not answer: broker.' })
    expect(answer.headers['retry-after']).toBe('2')
    await halting.app.close()
  })
})

describe('a failure', () => {
  test('tells and logs no message, but its name, code and place', async () => {
    const config = { access: roles('clerk') }
    server.app.get('/v1/broken', { config }, async () => {
      throw Object.assign(new RangeError('value "Jan Jansen" is out of range'), { code: '22003' })
    })
    const { status, body } = await get('/v1/broken', await server.bearer('anna'))
    expect(status).toBe(500)
    expect(JSON.stringify(body) + server.log()).not.toContain('Jansen')
    expect(server.log()).toContain('RangeError')
    expect(server.log()).toContain('22003')
    expect(server.log()).toContain(String(body.instance).replace('urn:uuid:', ''))
  })
})

describe('an answer of our own that breaks its schema', () => {
  test('is 500, and the log says where', async () => {
    const config = { access: everyone() }
    const schema = { response: { 200: z.object({ name: z.string(), list: z.array(z.int()) }) } }
    server.app.get('/v1/broken', { config, schema }, async () => ({ name: 'Jansen', list: [1.5] }))
    expect((await get('/v1/broken')).status).toBe(500)
    expect(server.log()).toContain('list/0 invalid_type')
    expect(server.log()).not.toContain('Jansen')
  })
})

describe('the log', () => {
  test('names route, status and role, and nothing that somebody typed', async () => {
    const headers = { ...(await server.bearer('anna')), 'access-code': '1234567812345678' }
    await get(`${address}?pageSize=20&secret=Jansen`, headers)
    await get('/v1/somebody/Jansen')
    const lines = server
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({
      method: 'GET',
      route: '/v1/dossiers/:dossier',
      dossier,
      status: 200,
      role: 'clerk',
      durationMs: expect.any(Number),
    })
    expect(lines).toHaveLength(2)
    for (const secret of [
      'Jansen',
      '1234567812345678',
      headers.authorization,
      'account-anna',
      'person-anna',
    ])
      expect(server.log()).not.toContain(secret)
  })
})

describe('the description of the API', () => {
  test('is open to every origin and says who may', async () => {
    const { headers, body } = await get('/v1/openapi.json')
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(body.openapi).toMatch(/^3\./)
    expect(body.info).toMatchObject({
      version: '1.2.3',
      contact: { email: 'somebody@service.example' },
    })
    expect(body.servers).toEqual([{ url: '/v1' }])
    const reading = body.paths['/dossiers/{dossier}'].get
    expect(reading.security).toEqual([{ bearer: [] }])
    expect(Object.keys(reading.responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '406',
      '500',
      '503',
    ])
    expect(body.paths['/who/everyone'].get.security).toEqual([{}, { bearer: [] }])
    expect(body.paths['/who/code'].get.security).toEqual([{ accessCode: [] }])
  })

  test('is shown by a page that loads nothing from elsewhere', async () => {
    const page = await server.app.inject('/docs')
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.body).not.toMatch(/(src|href)="https?:/)
    const script = await server.app.inject('/docs/static/swagger-initializer.js')
    expect(script.statusCode).toBe(200)
    expect(script.body).toContain('"validatorUrl":null')
  })
})
