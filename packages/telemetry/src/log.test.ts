import { describe, expect, test } from 'vitest'
import { createLogger } from './log.ts'
import { startTelemetry } from './telemetry.ts'
import { currentTraceId, withParent } from './trace-context.ts'

function logged(
  write: (log: ReturnType<typeof createLogger>) => void,
  allow: readonly string[] = [],
) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  write(createLogger({ level: 'debug', service: 'sample', allow, destination }))
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line)) }
}

describe('a line of the log', () => {
  test('has the allowed fields and nothing else', () => {
    const { text, lines } = logged((log) =>
      log.info({ dossier: 'd-1', status: 200, name: 'Jansen', body: { text: 'Jansen' } }, 'stored'),
    )
    expect(lines[0]).toMatchObject({
      level: 'info',
      service: 'sample',
      dossier: 'd-1',
      status: 200,
      msg: 'stored',
    })
    expect(lines[0].time).toMatch(/^\d{4}-.*Z$/)
    expect(text).not.toContain('Jansen')
  })

  test('holds no object under an allowed name, and no long text', () => {
    const { text, lines } = logged((log) =>
      log.info({ subject: { name: 'Jansen' }, code: 'x'.repeat(999) }, 'm'),
    )
    expect(text).not.toContain('Jansen')
    expect(lines[0].code).toHaveLength(200)
  })

  test('takes nothing into its sentence', () => {
    const { text } = logged((log) => {
      log.info('somebody called %s', 'Jansen')
      log.info({ status: 1 }, 'somebody called %s', 'Jansen')
      log.info({ msg: 'Jansen' })
      log.info({ msg: 'Jansen' }, 'a sentence')
    })
    expect(text).not.toContain('Jansen')
  })

  test('names an error by name, code and place, never by its message', () => {
    const cause = Object.assign(new TypeError('Jansen'), { code: '22P02' })
    const error = new RangeError('value Jansen', { cause })
    const { text, lines } = logged((log) => {
      log.error(error)
      log.error({ err: error })
      log.error({ error, status: 500 }, 'broken')
      log.error(error, 'broken')
    })
    expect(text).not.toContain('Jansen')
    expect(lines).toHaveLength(4)
    for (const line of lines)
      expect(line.failure).toMatchObject([
        { name: 'RangeError' },
        { name: 'TypeError', code: '22P02' },
      ])
    expect(lines[0].failure[0].at[0]).toContain('log.test.ts')
  })

  test('of a child has the same limits', () => {
    const { text, lines } = logged((log) =>
      log.child({ request: 'r-1', name: 'Jansen' }).warn({ a: 'Jansen' }, 'm'),
    )
    expect(lines[0]).toMatchObject({ request: 'r-1', level: 'warn' })
    expect(text).not.toContain('Jansen')
  })

  test('may have more fields where the caller names them', () => {
    expect(logged((log) => log.info({ shard: 3 }, 'm'), ['shard']).lines[0]).toMatchObject({
      shard: 3,
    })
  })

  test('carries the trace that it belongs to', async () => {
    const telemetry = startTelemetry({ service: 'sample', version: '1.0.0' })
    const seen = await withParent(null, 'work', async () => ({
      traceId: currentTraceId(),
      line: logged((log) => log.info('m')).lines[0],
    }))
    await telemetry.shutdown()
    expect(seen.line.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(seen.line.traceId).toBe(seen.traceId)
    expect(logged((log) => log.info('m')).lines[0]).not.toHaveProperty('traceId')
  })
})
