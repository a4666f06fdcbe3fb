/** What the server adds to each request, and what each route declares. */

import type { Span } from '@opentelemetry/api'
import type { Access } from '@wederhoor/identity/access'
import { type Actor, nobody } from '@wederhoor/identity/actor'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may. A route without it is refused when the server is built. */
    access?: Access
    /** Whether the token may also come as the password of HTTP Basic: for programs that know no other way. */
    basic?: true
    /** Media types of the answer; `application/json` when left out. */
    produces?: readonly string[]
  }

  interface FastifyRequest {
    /** Who is asking: of a verified token, or `nobody`. */
    actor: Actor
    /** The declared role that let the actor in; null where a code or an open route did. */
    grantedRole: string | null
    /** The `Access-Code` header as it was typed. Give it to `codeThrottle.ask`; never log it. */
    accessCode: string | null
    /** UUIDv5 of (actor, route, idempotency key); null on methods that need no key. */
    commandId: string | null
    /** Input before validation changed it, for the fingerprint. */
    asSent: { readonly params: unknown; readonly query: unknown; readonly body: unknown } | null
    span: Span | null
  }
}

/** A request with what the server added to it. */
export type Request = FastifyRequest

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>

export function decorateRequests(app: FastifyInstance): void {
  // Fastify allows no shared object here; the first hook sets the actor before anybody reads it.
  app.decorateRequest('actor')
  app.addHook('onRequest', (request, _reply, done) => {
    request.actor = nobody
    done()
  })
  app.decorateRequest('grantedRole', null)
  app.decorateRequest('accessCode', null)
  app.decorateRequest('commandId', null)
  app.decorateRequest('asSent', null)
  app.decorateRequest('span', null)
}

/** The pattern of the route, such as `/v1/dossiers/:dossier`: never an address that holds somebody's id. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown'
}

/** What the access log calls the place where somebody read, or was refused: `GET /v1/dossiers/{dossier}`. */
export const screenOf = (request: FastifyRequest): string =>
  `${request.method} ${routeOf(request)
    .replaceAll(/:(\w+)/g, '{$1}')
    .replaceAll('*', '{rest}')}`

/** The address by which one occurrence is found in the log. */
export function instanceOf(request: FastifyRequest): string {
  return `urn:uuid:${request.id}`
}
