import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock, type MovableClock } from '@wederhoor/calendar/clock'
import type { Instant } from '@wederhoor/calendar/instants'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDevelopmentIssuer, type DemoAccount } from './development-issuer.ts'
import { type TokenVerifier, tokenVerifier } from './token.ts'

const issuer = 'https://issuer.example'
const audience = 'https://service.example'
const startAt = '2024-03-01T09:00:00.000Z' as Instant
const anna: DemoAccount = {
  name: 'anna',
  subject: 'account-anna',
  person: 'person-anna',
  roles: ['clerk'],
  desk: 'north',
  organisation: null,
}

async function house(): Promise<{
  clock: MovableClock
  signed: Awaited<ReturnType<typeof createDevelopmentIssuer>>
  verifier: TokenVerifier
}> {
  const clock = fixedClock(startAt)
  const signed = await createDevelopmentIssuer({
    production: false,
    issuer,
    audience,
    accounts: [anna],
    clock,
  })
  return { clock, signed, verifier: tokenVerifier({ issuer, audience, jwks: signed.jwks, clock }) }
}

describe('a token of the issuer', () => {
  test('becomes the actor that it names', async () => {
    const { signed, verifier } = await house()
    const { name: _name, ...actor } = anna
    expect(await verifier.actorOf(`Bearer ${await signed.tokenFor('anna')}`)).toEqual(actor)
  })

  test('stops counting when it has expired, by the clock that was given', async () => {
    const { clock, signed, verifier } = await house()
    const token = await signed.tokenFor('anna', { validForMs: 60_000 })
    await clock.advance(59_000)
    await verifier.actorOf(`Bearer ${token}`)
    await clock.advance(60_000)
    await expect(verifier.actorOf(`Bearer ${token}`)).rejects.toMatchObject({
      code: 'token-expired',
    })
  })

  test('does not count at another audience', async () => {
    const { signed, verifier } = await house()
    const token = await signed.tokenFor('anna', { audience: 'https://other.example' })
    await expect(verifier.actorOf(`Bearer ${token}`)).rejects.toMatchObject({
      code: 'wrong-audience',
    })
  })
})

describe('no token', () => {
  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b'])(
    '%j is missing',
    async (header) => {
      const { verifier } = await house()
      await expect(verifier.actorOf(header)).rejects.toMatchObject({ code: 'token-missing' })
    },
  )
})

describe('a forged token', () => {
  test('is invalid: garbage, too long, changed, unsigned', async () => {
    const { signed, verifier } = await house()
    const [head, , signature] = (await signed.tokenFor('anna')).split('.')
    const payload = Buffer.from(
      JSON.stringify({ sub: 'boss', iss: issuer, aud: audience }),
    ).toString('base64url')
    const unsigned = new UnsecuredJWT({ roles: ['clerk'] })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('boss')
      .setIssuedAt(new Date(startAt))
      .setExpirationTime(new Date('2025-01-01'))
      .encode()
    for (const token of [
      'x',
      'a.b.c',
      'a'.repeat(9000),
      `${head}.${payload}.${signature}`,
      unsigned,
    ])
      await expect(verifier.actorOf(`Bearer ${token}`)).rejects.toMatchObject({
        code: 'token-invalid',
      })
  })

  test('is invalid with another key, another issuer, or another algorithm that the key would fit', async () => {
    const { clock, signed } = await house()
    const other = await createDevelopmentIssuer({
      production: false,
      issuer,
      audience,
      accounts: [anna],
      clock,
    })
    const stranger = tokenVerifier({ issuer, audience, jwks: other.jwks, clock })
    const elsewhere = tokenVerifier({
      issuer: 'https://x.example',
      audience,
      jwks: signed.jwks,
      clock,
    })
    const ecOnly = tokenVerifier({ issuer, audience, jwks: signed.jwks, clock, algorithm: 'ES256' })
    const token = `Bearer ${await signed.tokenFor('anna')}`
    for (const verifier of [stranger, elsewhere, ecOnly])
      await expect(verifier.actorOf(token)).rejects.toMatchObject({ code: 'token-invalid' })
  })

  test('is invalid when the public key was used as a secret', async () => {
    const { clock, signed } = await house()
    const secret = new TextEncoder().encode(JSON.stringify(signed.jwks.keys[0]))
    const token = await new SignJWT({ roles: ['clerk'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('boss')
      .setIssuedAt(new Date(startAt))
      .setExpirationTime(new Date('2024-03-02'))
      .sign(secret)
    const verifier = tokenVerifier({ issuer, audience, jwks: signed.jwks, clock })
    await expect(verifier.actorOf(`Bearer ${token}`)).rejects.toMatchObject({
      code: 'token-invalid',
    })
  })

  test('is invalid without a subject, or with the subject of somebody without an account', async () => {
    const clock = fixedClock(startAt)
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const verifier = tokenVerifier({ issuer, audience, publicKey, clock, algorithm: 'ES256' })
    const sign = (claims: Record<string, unknown>): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(new Date(startAt))
        .setExpirationTime(new Date('2024-03-02'))
        .sign(privateKey)
    expect(await verifier.actorOf(`Bearer ${await sign({ sub: 'a' })}`)).toMatchObject({
      person: 'a',
      roles: [],
    })
    for (const claims of [{}, { sub: 'nobody' }, { sub: '' }, { sub: 'a', roles: 'clerk' }])
      await expect(verifier.actorOf(`Bearer ${await sign(claims)}`)).rejects.toMatchObject({
        code: 'token-invalid',
      })
  })
})

describe('the address of the keys', () => {
  test('gives the keys; while it does not answer, nobody is recognised and nobody is called a forger', async () => {
    const { clock, signed } = await house()
    let status = 500
    const server = createServer((_request, response) => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(signed.jwks))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const verifier = tokenVerifier({
      issuer,
      audience,
      jwks: new URL(`http://127.0.0.1:${port}/`),
      clock,
    })
    const token = `Bearer ${await signed.tokenFor('anna')}`
    await expect(verifier.actorOf(token)).rejects.toMatchObject({ code: 'keys-unavailable' })
    status = 200
    expect(await verifier.actorOf(token)).toMatchObject({ subject: 'account-anna' })
  })
})

describe('the development issuer', () => {
  test('refuses to exist in production', async () => {
    const clock = fixedClock(startAt)
    const made = createDevelopmentIssuer({
      production: true,
      issuer,
      audience,
      accounts: [anna],
      clock,
    })
    await expect(made).rejects.toMatchObject({ code: 'development-issuer-in-production' })
  })

  test('knows no account that it was not given', async () => {
    const { signed } = await house()
    await expect(signed.tokenFor('bert')).rejects.toMatchObject({ code: 'unknown-account' })
  })

  test('shows no private key', async () => {
    const { signed } = await house()
    expect(signed.jwks.keys.map((key) => Object.hasOwn(key, 'd'))).toEqual([false])
  })

  test('keeps its key in a file for its owner alone, so that tokens outlive a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'issuer-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const keyFile = join(folder, 'keys', 'issuer.json')
    const clock = fixedClock(startAt)
    const start = () =>
      createDevelopmentIssuer({
        production: false,
        issuer,
        audience,
        accounts: [anna],
        clock,
        keyFile,
      })
    const [first, second] = await Promise.all([start(), start()])
    const restarted = await start()
    const verifier = tokenVerifier({ issuer, audience, jwks: restarted.jwks, clock })
    for (const signed of [first, second])
      await verifier.actorOf(`Bearer ${await signed.tokenFor('anna')}`)
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
  })
})
