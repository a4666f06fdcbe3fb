import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { spanMemory, startTelemetry } from './telemetry.ts'
import { currentTraceparent, withParent } from './trace-context.ts'

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('telemetry that is told to export nowhere', () => {
  test('still makes traces that travel', async () => {
    const telemetry = startTelemetry({ service: 'sample', version: '1.0.0' })
    onTestFinished(() => telemetry.shutdown())
    expect(currentTraceparent()).toBeNull()
    const inner = await withParent(parent, 'work', async () => {
      await wait(1)
      return currentTraceparent()
    })
    expect(inner).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/)
    expect(inner).not.toContain('00f067aa0ba902b7')
  })
})

describe('no telemetry', () => {
  test('lets work be done and gives no traceparent', async () => {
    expect(await withParent(parent, 'work', async () => 7)).toBe(7)
    expect(currentTraceparent()).toBeNull()
  })
})

describe('a chain of messages', () => {
  test('is one trace, each span the child of the one before', async () => {
    const memory = spanMemory()
    const telemetry = startTelemetry({
      service: 'sample',
      version: '1.0.0',
      exporter: memory.exporter,
    })
    onTestFinished(() => telemetry.shutdown())
    const first = await withParent(null, 'first', async () => currentTraceparent())
    const second = await withParent(first, 'second', async () => currentTraceparent())
    await withParent(second, 'third', async () => {}, { attributes: { step: 3 } })
    await withParent('nonsense', 'other', async () => {})
    const [one, two, three, other] = memory.spans()
    expect([two?.traceId, three?.traceId]).toEqual([one?.traceId, one?.traceId])
    expect([one?.parentSpanId, two?.parentSpanId, three?.parentSpanId]).toEqual([
      null,
      one?.spanId,
      two?.spanId,
    ])
    expect(three?.attributes).toEqual({ step: 3 })
    expect(other?.traceId).not.toBe(one?.traceId)
  })

  test('passes an error on and keeps its message out of the span', async () => {
    const memory = spanMemory()
    const telemetry = startTelemetry({
      service: 'sample',
      version: '1.0.0',
      exporter: memory.exporter,
    })
    onTestFinished(() => telemetry.shutdown())
    const failing = withParent(null, 'failing', () => Promise.reject(new RangeError('Jansen')))
    await expect(failing).rejects.toThrow(RangeError)
    expect(memory.spans()).toMatchObject([
      { name: 'failing', attributes: { 'error.type': 'RangeError' } },
    ])
  })
})

describe('telemetry with a collector', () => {
  test('sends what is left when it stops', async () => {
    const paths: (string | undefined)[] = []
    const collector = createServer((request, response) => {
      paths.push(request.url)
      request.resume().on('end', () => response.end('{}'))
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void collector.close())
    const address = collector.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const otlpEndpoint = `http://127.0.0.1:${port}/`
    const telemetry = startTelemetry({ service: 'sample', version: '1.0.0', otlpEndpoint })
    await withParent(null, 'work', async () => {})
    await telemetry.shutdown()
    expect(paths).toEqual(['/v1/traces'])
  })
})
