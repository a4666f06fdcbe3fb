import { everyone } from '@wederhoor/identity/access'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig } from './config.ts'
import { serviceServer } from './service-app.ts'
import { type TestParts, testParts } from './test-parts.ts'

let world: TestParts

beforeEach(async () => {
  world = await testParts({ startAt: '2024-03-01T09:00:00.000Z', accounts: [], migrations: [] })
})
afterEach(() => world.close())

/** Where a service believes a request comes from that a proxy on 127.0.0.1 passed on for 192.0.2.7. */
async function seenFrom(trustProxy?: readonly string[]): Promise<string> {
  const parts = trustProxy === undefined ? world.parts : { ...world.parts, trustProxy }
  const texts = { title: 'Sample', version: '1.0.0', description: 'A sample.' }
  const server = await serviceServer(parts, { name: 'sample', ...texts })
  const schema = { summary: 'Whence?', response: { 200: z.object({ ip: z.string() }) } }
  server.get('/v1/whence', { config: { access: everyone() }, schema }, async ({ ip }) => ({ ip }))
  const headers = { 'x-forwarded-for': '192.0.2.7' }
  const answer = await server.inject({ url: '/v1/whence', headers })
  await server.close()
  return String(answer.json().ip)
}

describe('a service behind a proxy', () => {
  test('counts guesses by who asks the proxy that it was told to trust', async () => {
    expect(await seenFrom(['127.0.0.1'])).toBe('192.0.2.7')
  })

  test('believes nobody else about where a request comes from', async () => {
    expect(await seenFrom()).toBe('127.0.0.1')
    expect(await seenFrom(['198.51.100.4'])).toBe('127.0.0.1')
  })
})

describe('the environment of a service', () => {
  const needed = {
    DATABASE_URL: 'postgres://localhost/x',
    KAFKA_BROKERS: 'localhost:9092',
    KEYS_DIRECTORY: 'keys',
    LEDGER_ORIGIN: 'ledger.test',
    TOKEN_ISSUER: 'https://issuer.test',
    TOKEN_AUDIENCE: 'wederhoor',
    TOKEN_JWKS_URL: 'https://issuer.test/keys',
  }

  test('names the proxies, by address or range, and nothing else', () => {
    expect(readConfig(needed).TRUST_PROXY).toBeUndefined()
    const { TRUST_PROXY } = readConfig({ ...needed, TRUST_PROXY: '10.0.0.0/8, 2001:db8::1' })
    expect(TRUST_PROXY).toEqual(['10.0.0.0/8', '2001:db8::1'])
    expect(() => readConfig({ ...needed, TRUST_PROXY: 'true' })).toThrow()
  })
})
