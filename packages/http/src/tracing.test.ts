import { everyone } from '@wederhoor/identity/access'
import { createLogger } from '@wederhoor/telemetry/log'
import { spanMemory, startTelemetry } from '@wederhoor/telemetry/telemetry'
import { currentTraceparent } from '@wederhoor/telemetry/trace-context'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testServer } from './test-server.ts'
import { traceparentOf } from './tracing.ts'

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('a request with a traceparent', () => {
  test('is one span of that trace, active in the handler, and in the log', async () => {
    const memory = spanMemory()
    const telemetry = startTelemetry({
      service: 'sample',
      version: '1.0.0',
      exporter: memory.exporter,
    })
    onTestFinished(() => telemetry.shutdown())
    const lines: string[] = []
    const logger = createLogger({
      level: 'info',
      service: 'sample',
      destination: { write: (line) => void lines.push(line) },
    })
    const { app } = await testServer({ logger })
    onTestFinished(async () => app.close())
    const config = { access: everyone() }
    app.get('/v1/traces/:trace', { config }, async (request) => ({
      active: currentTraceparent(),
      own: traceparentOf(request),
    }))

    const answer = await app.inject({ url: '/v1/traces/Jansen', headers: { traceparent: parent } })
    const { active, own } = answer.json()
    const [span] = memory.spans()
    expect(span).toMatchObject({
      name: 'GET /v1/traces/:trace',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      attributes: { 'http.route': '/v1/traces/:trace', 'http.response.status_code': 200 },
    })
    expect(active).toBe(`00-${span?.traceId}-${span?.spanId}-01`)
    expect(own).toBe(active)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        msg: 'request',
        traceId: span?.traceId,
        route: '/v1/traces/:trace',
        status: 200,
        request: expect.any(String),
      },
    ])
    expect(JSON.stringify([memory.spans(), lines])).not.toContain('Jansen')
  })
})
