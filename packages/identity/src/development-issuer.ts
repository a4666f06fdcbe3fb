/**
 * Signs tokens for named demo accounts, so that a fresh clone has somebody to log in as. Whoever holds its key is
 * everybody: it refuses to exist in production.
 */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '@wederhoor/calendar/clock'
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose'
import type { Actor } from './actor.ts'
import { IdentityError } from './identity-error.ts'

export interface DemoAccount extends Actor {
  /** What the account is called on the start screen, such as `anna`. */
  readonly name: string
}

/** What is not said of somebody goes by the name, and they belong to no desk or organisation. */
export type GivenAccount = Pick<DemoAccount, 'name' | 'roles'> & Partial<DemoAccount>

export const demoAccount = (given: GivenAccount): DemoAccount => ({
  subject: given.name,
  person: given.name,
  desk: null,
  organisation: null,
  ...given,
})

export interface DevelopmentIssuerOptions {
  /** Whether this is production: then it throws. */
  readonly production: boolean
  readonly issuer: string
  readonly audience: string
  readonly accounts: readonly DemoAccount[]
  readonly clock: Clock
  /** Keeps the private key (mode 600), so that tokens outlive a restart. Without it the key lives in memory. */
  readonly keyFile?: string
  /** How long a token is good for: 12 hours when left out. */
  readonly validForMs?: number
}

export interface DevelopmentIssuer {
  readonly issuer: string
  readonly audience: string
  readonly accounts: readonly DemoAccount[]
  /** The public keys, for `tokenVerifier`. */
  readonly jwks: JSONWebKeySet
  /**
   * A token that begins now. `overrides.audience` and `overrides.validForMs` make bad tokens for tests.
   * @throws IdentityError unknown-account.
   */
  tokenFor(
    name: string,
    overrides?: { readonly audience?: string; readonly validForMs?: number },
  ): Promise<string>
}

const validForMsDefault = 12 * 60 * 60 * 1000

/** @throws IdentityError development-issuer-in-production. Errors of the key file come as they are. */
export async function createDevelopmentIssuer(
  options: DevelopmentIssuerOptions,
): Promise<DevelopmentIssuer> {
  const { issuer, audience, accounts, clock, validForMs = validForMsDefault } = options
  if (options.production) {
    throw new IdentityError(
      'development-issuer-in-production',
      'the development issuer signs for everybody and does not run in production',
    )
  }
  const privateJwk = await privateKey(options.keyFile)
  const key = await importJWK(privateJwk, 'EdDSA')
  const { d: _secret, ...publicPart } = privateJwk
  const jwks: JSONWebKeySet = { keys: [{ ...publicPart, alg: 'EdDSA', use: 'sig' }] }

  return {
    issuer,
    audience,
    accounts,
    jwks,
    async tokenFor(name, overrides = {}) {
      const account = accounts.find((one) => one.name === name)
      if (account === undefined)
        throw new IdentityError('unknown-account', `no demo account is called ${name}`)
      const { subject, person, roles, desk, organisation } = account
      const nowMs = Date.parse(await clock.now())
      const expiresAtMs = nowMs + (overrides.validForMs ?? validForMs)
      return new SignJWT({ person, roles, desk, organisation })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(overrides.audience ?? audience)
        .setSubject(subject)
        .setIssuedAt(new Date(nowMs))
        .setExpirationTime(new Date(expiresAtMs))
        .sign(key)
    },
  }
}

async function privateKey(file: string | undefined): Promise<JWK> {
  if (file === undefined) return newKey()
  const kept = await read(file)
  if (kept !== undefined) return kept
  const made = await newKey()
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(made), { mode: 0o600, flag: 'wx', flush: true })
  try {
    // A link appears whole or not at all, and never over a file that is there.
    await link(draft, file)
    return made
  } catch (cause) {
    // Another process was first: its key is the one that counts.
    if (isCode(cause, 'EEXIST')) return (await read(file)) ?? made
    throw cause
  } finally {
    await unlink(draft)
  }
}

async function read(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey: key } = await generateKeyPair('EdDSA', { extractable: true })
  return exportJWK(key)
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
