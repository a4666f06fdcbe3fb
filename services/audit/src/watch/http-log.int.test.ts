import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { httpLog } from './http-log.ts'

const servers: ReturnType<typeof createServer>[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`
}

describe('a log of somebody who means ill', () => {
  test('is read no further than an answer of a log is long (endless answer)', async () => {
    let sent = 0
    const closed = Promise.withResolvers<void>()
    const url = await served((_, reply) => {
      reply.writeHead(200)
      const chunk = Buffer.alloc(1 << 16)
      const more = () => {
        // So that the test ends where nobody stops it.
        while (!reply.destroyed && sent < 1 << 28) {
          sent += chunk.length
          if (!reply.write(chunk)) return
        }
        reply.end()
      }
      reply.on('drain', more)
      reply.on('close', closed.resolve)
      more()
    })
    await expect(httpLog(url).readCheckpoint()).rejects.toThrow('more than 65536 bytes at once')
    await closed.promise
    expect(sent).toBeLessThan(1 << 26)
  })

  test('is waited for no longer than its time, though it goes on to send (slow answer)', async () => {
    const url = await served((_, reply) => {
      reply.writeHead(200)
      const drip = setInterval(() => reply.write('x'), 10)
      reply.on('close', () => clearInterval(drip))
    })
    const read = httpLog(url, 200).readTile({ level: 0, index: 0, width: 1 })
    await expect(read).rejects.toThrow('takes too long')
  })
})

describe('a log that answers', () => {
  test('gives what it has, nothing where it has nothing, and is unreachable in any other case', async () => {
    const url = await served(({ url: path }, reply) => {
      if (path === '/log/checkpoint') reply.end('text')
      else reply.writeHead(path === '/log/tile/1/000' ? 500 : 404).end('not this')
    })
    const log = httpLog(url)
    expect(await log.readCheckpoint()).toBe('text')
    expect(await log.readTile({ level: 0, index: 0, width: 256 })).toBeUndefined()
    await expect(log.readTile({ level: 1, index: 0, width: 256 })).rejects.toThrow('status 500')
  })
})
