import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { everyone } from '@wederhoor/identity/access'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServerOptions } from './server.ts'
import { testServer } from './test-server.ts'

async function listening(options: Partial<ServerOptions> = {}) {
  const { app } = await testServer(options)
  onTestFinished(async () => app.close())
  const started = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  app.get('/v1/slow', { config: { access: everyone() } }, async () => {
    started.resolve()
    await release.promise
    return { done: true }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  return { app, port, agent, started: started.promise, release: release.resolve }
}

function fetchText(agent: Agent, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, port, path, host: '127.0.0.1' }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    request.on('error', reject)
  })
}

describe('a server that is closed', () => {
  test('finishes the request under way, lets go of idle connections, and is gone', async () => {
    const { app, port, agent, started, release } = await listening()
    await fetchText(agent, port, '/v1/health/live')
    const slow = fetchText(agent, port, '/v1/slow')
    await started
    await fetchText(agent, port, '/v1/health/live')
    const closed = app.close()
    const beganAt = performance.now()
    setImmediate(release)
    expect(await slow).toBe('{"done":true}')
    await closed
    expect(performance.now() - beganAt).toBeLessThan(1500)
    await expect(fetchText(agent, port, '/v1/health/live')).rejects.toThrow()
  })

  test('cuts off what does not finish in time', async () => {
    const { app, port, agent, started } = await listening({ closeMsMax: 100 })
    const slow = fetchText(agent, port, '/v1/slow')
    const cut = expect(slow).rejects.toThrow()
    await started
    const beganAt = performance.now()
    await app.close()
    await cut
    expect(performance.now() - beganAt).toBeLessThan(2500)
  })
})

describe('what is not HTTP', () => {
  test.each([
    ['hello\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('gets a problem and the connection ends (%#)', async (text, status) => {
    const { port } = await listening()
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      let received = ''
      socket.on('data', (chunk) => {
        received += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(received))
    })
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain('content-type: application/problem+json')
    expect(answer).toContain('api-version: 1.2.3')
  })
})
