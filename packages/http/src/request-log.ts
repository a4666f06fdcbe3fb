import { errorChain } from '@wederhoor/telemetry/log'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { routeOf } from './request.ts'
import { traceIdOf } from './tracing.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** One line per request, of which every field is named here: nothing that somebody typed can be among them. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      ...aboutRequest(request),
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    }
    if (reply.statusCode >= 500) request.log.error(line, 'request failed')
    else request.log.info(line, 'request')
    done()
  })
}

/** Logs what was thrown by name, code and place. Messages stay out: a database quotes the values it did not like. */
export function logFailure(request: FastifyRequest, error: unknown): void {
  request.log.error(
    { ...aboutRequest(request), ...brokenAnswer(error), failure: errorChain(error) },
    'failure',
  )
}

function aboutRequest(request: FastifyRequest) {
  const { dossier } = asRecord(request.params)
  return {
    method: request.method,
    route: routeOf(request),
    role: request.grantedRole ?? (request.accessCode === null ? 'none' : 'code'),
    traceId: traceIdOf(request),
    ...(typeof dossier === 'string' && uuid.test(dossier) ? { dossier } : {}),
  }
}

/** Where an answer of our own breaks its schema: names of members, not their values. */
function brokenAnswer(error: unknown): { readonly reason?: string } {
  const issues = error instanceof Error ? asRecord(error.cause)['issues'] : undefined
  if (!Array.isArray(issues)) return {}
  const places = issues.map((issue) => `${issue.path.join('/')} ${issue.code}`)
  return { reason: `answer breaks its schema at ${places.join(', ')}` }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
