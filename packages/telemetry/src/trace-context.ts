/** W3C trace context, carried as one `traceparent`: from HTTP into the entry, over the broker, to whoever reacts. */
import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

/** The traceparent of what runs now; null where nothing is traced. */
export function currentTraceparent(): string | null {
  const span = trace.getActiveSpan()
  return span === undefined ? null : formatTraceparent(span.spanContext())
}

/** The trace id of what runs now, 32 hex characters; null where nothing is traced. */
export function currentTraceId(): string | null {
  return currentTraceparent()?.split('-')[1] ?? null
}

/** `00-<trace id>-<span id>-<flags>` (W3C Trace Context §3.2); null for a context that identifies nothing. */
export function formatTraceparent(spanContext: SpanContext): string | null {
  if (!isSpanContextValid(spanContext)) return null
  const flags = spanContext.traceFlags.toString(16).padStart(2, '0')
  return `00-${spanContext.traceId}-${spanContext.spanId}-${flags}`
}

export interface SpanOptions {
  /** `SpanKind.CONSUMER` when left out: what runs under a stored traceparent usually answers a message. */
  readonly kind?: SpanKind
  /** Never personal content. */
  readonly attributes?: Attributes
}

/**
 * Runs `work` in a span of its own, child of `traceparent`; null or a malformed one begins a new trace. Gives back
 * what `work` gives; an error ends the span as failed, by name only, and passes on.
 */
export async function withParent<Result>(
  traceparent: string | null,
  name: string,
  work: () => Promise<Result>,
  options: SpanOptions = {},
): Promise<Result> {
  const carrier = traceparent === null ? {} : { traceparent }
  const parent = propagation.extract(ROOT_CONTEXT, carrier)
  const { kind = SpanKind.CONSUMER, attributes = {} } = options
  // Asked for each time: a tracer that is kept would outlive the telemetry that it belongs to.
  const span = trace
    .getTracer('@wederhoor/telemetry')
    .startSpan(name, { kind, attributes: { ...attributes } }, parent)
  try {
    return await context.with(trace.setSpan(parent, span), work)
  } catch (error) {
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
