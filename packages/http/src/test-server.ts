/** A server with demo accounts, a clock and a log that can be read, for the tests of this package. */
import { fixedClock, type MovableClock } from '@wederhoor/calendar/clock'
import {
  createDevelopmentIssuer,
  type DevelopmentIssuer,
} from '@wederhoor/identity/development-issuer'
import { tokenVerifier } from '@wederhoor/identity/token'
import { pino } from 'pino'
import type { Server } from './request.ts'
import { buildServer, type ServerOptions } from './server.ts'

const startAt = '2024-03-01T09:00:00.000Z'
const issuerName = 'https://issuer.example'
const audience = 'https://service.example'

export interface TestServer {
  readonly app: Server
  readonly clock: MovableClock
  readonly issuer: DevelopmentIssuer
  /** Everything that was logged, as text. */
  readonly log: () => string
  /** What `onDenied` was told. */
  readonly denials: readonly string[]
  bearer(name: string): Promise<{ authorization: string }>
}

export async function testServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const clock = fixedClock(startAt)
  const account = { person: 'person-anna', desk: 'north', organisation: null }
  const issuer = await createDevelopmentIssuer({
    production: false,
    issuer: issuerName,
    audience,
    accounts: [
      { ...account, name: 'anna', subject: 'account-anna', roles: ['clerk'] },
      {
        ...account,
        name: 'otto',
        subject: 'account-otto',
        person: 'person-otto',
        roles: ['judge'],
      },
    ],
    clock,
  })
  const lines: string[] = []
  const denials: string[] = []
  const app = await buildServer({
    name: 'sample',
    title: 'Sample',
    version: '1.2.3',
    description: 'A sample.',
    contact: {
      name: 'Somebody',
      email: 'somebody@service.example',
      url: 'https://service.example',
    },
    verifier: tokenVerifier({ issuer: issuerName, audience, jwks: issuer.jwks, clock }),
    logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    clock,
    onDenied: async (request, reason) => {
      denials.push(`${request.actor.subject} ${reason}`)
    },
    ...options,
  })
  return {
    app,
    clock,
    issuer,
    log: () => lines.join(''),
    denials,
    bearer: async (name) => ({ authorization: `Bearer ${await issuer.tokenFor(name)}` }),
  }
}
