/** W3C Trace Context between messages and spans. Without a registered SDK the context passes through unchanged. */
import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

export const tracer = () => trace.getTracer('@wederhoor/broker')

/** The context in which a span of a message stands. */
export function parentContext(traceparent: string | null): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16)
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

/** What a message carries on: the span, or null where nobody traces. */
export function traceparentOf(span: Span): string | null {
  const { traceId, spanId, traceFlags } = span.spanContext()
  if (/^0+$/.test(traceId)) return null
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
