/** Starts tracing for a process. Spans exist always, so that logs and entries carry their trace; they go nowhere unless told. */
import { context, propagation, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  InMemorySpanExporter,
  NoopSpanProcessor,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'

export interface TelemetryOptions {
  readonly service: string
  readonly version: string
  /** Address of an OTLP collector over HTTP, such as `http://localhost:4318`. Left out: nothing leaves the process. */
  readonly otlpEndpoint?: string | undefined
  /** Gets each span as soon as it ends; for tests. */
  readonly exporter?: SpanExporter | undefined
}

export interface Telemetry {
  /** Sends what is left and stops tracing. Never rejects: a collector that is away holds nothing up. */
  shutdown(): Promise<void>
}

/** Once per process, before the first span. Nothing is sampled away; only `traceparent` travels, never baggage. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': options.service,
        'service.version': options.version,
      }),
    ),
    // Detectors would add the command line and the host's name to each span.
    autoDetectResources: false,
    sampler: new AlwaysOnSampler(),
    spanProcessors: processors(options),
    textMapPropagator: new W3CTraceContextPropagator(),
    // Empty lists, or the SDK would export these to its own default address.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  })
  sdk.start()
  return {
    async shutdown() {
      await sdk.shutdown().catch(() => {})
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

function processors({ otlpEndpoint, exporter }: TelemetryOptions): SpanProcessor[] {
  const sending = [
    ...(otlpEndpoint === undefined
      ? []
      : [new BatchSpanProcessor({ exporter: otlp(otlpEndpoint) })]),
    ...(exporter === undefined ? [] : [new SimpleSpanProcessor({ exporter })]),
  ]
  // Without a processor the SDK makes no spans at all.
  return sending.length > 0 ? sending : [new NoopSpanProcessor()]
}

function otlp(endpoint: string): SpanExporter {
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` })
}

export interface FinishedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Keeps spans in memory: give `exporter` to `startTelemetry` and look at `spans()`, in the order in which they ended. */
export function spanMemory(): {
  readonly exporter: SpanExporter
  spans(): readonly FinishedSpan[]
} {
  const exporter = new InMemorySpanExporter()
  return {
    exporter,
    spans: () =>
      exporter.getFinishedSpans().map((span) => ({
        name: span.name,
        traceId: span.spanContext().traceId,
        spanId: span.spanContext().spanId,
        parentSpanId: span.parentSpanContext?.spanId ?? null,
        attributes: { ...span.attributes },
      })),
  }
}
