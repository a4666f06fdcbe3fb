import type { FastifyInstance } from 'fastify'

/** NLgov REST API Design Rules 2.1, /core/transport/security-headers and /core/version-header. */
export function responseHeaders(version: string): Readonly<Record<string, string>> {
  return {
    'api-version': version,
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  }
}

/**
 * On every answer, whatever it is. A page may replace the content policy by a stricter one of its own, and a route that
 * gives what never changes may say how long to keep it.
 */
export function setResponseHeaders(app: FastifyInstance, version: string): void {
  const {
    'content-security-policy': policy,
    'cache-control': caching,
    ...always
  } = responseHeaders(version)
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(always)
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy)
    if (!reply.hasHeader('cache-control') || reply.statusCode >= 400)
      reply.header('cache-control', caching)
    done()
  })
}
