import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { formatTraceparent } from '@wederhoor/telemetry/trace-context'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { routeOf } from './request.ts'

/**
 * One server span per request, child of the `traceparent` that came in, active for all that the request does. It holds
 * the pattern of the route and the status, never an address or content.
 */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const parent = propagation.extract(context.active(), request.headers)
    const route = routeOf(request)
    // Asked for each time: a tracer that is kept would outlive the telemetry that it belongs to.
    const span = trace.getTracer('@wederhoor/http').startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': request.method, 'http.route': route },
      },
      parent,
    )
    request.span = span
    context.with(trace.setSpan(parent, span), done)
  })

  app.addHook('onResponse', (request, reply, done) => {
    endSpan(request, reply.statusCode)
    done()
  })
  app.addHook('onRequestAbort', (request, done) => {
    endSpan(request, 499)
    done()
  })
}

function endSpan(request: FastifyRequest, status: number): void {
  const { span } = request
  if (span === null || !span.isRecording()) return
  span.setAttribute('http.response.status_code', status)
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/** W3C traceparent of the request's span; null where nothing traces. */
export function traceparentOf(request: FastifyRequest): string | null {
  return request.span === null ? null : formatTraceparent(request.span.spanContext())
}

export function traceIdOf(request: FastifyRequest): string | null {
  return traceparentOf(request)?.split('-')[1] ?? null
}
