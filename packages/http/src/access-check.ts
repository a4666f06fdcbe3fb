import { type Access, allowed, grantedRole } from '@wederhoor/identity/access'
import type { TokenVerifier } from '@wederhoor/identity/token'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/**
 * Asks who may, before a byte of the body is read. A token that is sent is checked, also where none is needed: a
 * forged one is refused everywhere.
 */
export function checkAccess(app: FastifyInstance, verifier: TokenVerifier): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined)
      throw new TypeError(
        `${route.method} ${route.url} does not say who may: config.access is missing`,
      )
  })

  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const { access, basic = false } = request.routeOptions.config
    request.accessCode = accessCodeOf(request)
    const { authorization } = request.headers
    if (authorization !== undefined)
      request.actor = await verifier.actorOf(basic ? bearerOf(authorization) : authorization)
    const brought = { code: request.accessCode !== null }
    if (!allowed(access, request.actor, brought)) throw await refusal(access, request, verifier)
    request.grantedRole = grantedRole(access, request.actor)
  })
}

async function refusal(
  access: Access | undefined,
  request: FastifyRequest,
  verifier: TokenVerifier,
): Promise<Problem> {
  if (request.headers.authorization !== undefined)
    return new Problem(403, {
      code: 'forbidden',
      detail: 'Your account has no role that may do this.',
      denied: 'role-missing',
    })
  // Throws the coded error for a missing token, which the error handler knows how to answer.
  if (access?.code !== true) await verifier.actorOf(undefined)
  return new Problem(401, {
    code: 'code-missing',
    detail: 'An access code is needed here, in the header Access-Code.',
    denied: 'code-missing',
    headers: { 'www-authenticate': 'AccessCode' },
  })
}

/** RFC 7617: the password is the token, whatever the name is. */
function bearerOf(authorization: string): string {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? []
  if (encoded === undefined) return authorization
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  return `Bearer ${pair.slice(pair.indexOf(':') + 1)}`
}

function accessCodeOf(request: FastifyRequest): string | null {
  const header = request.headers['access-code']
  return typeof header === 'string' && header !== '' ? header : null
}
