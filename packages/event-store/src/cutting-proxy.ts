/** A TCP proxy before PostgreSQL that loses one answer, or one question, the moment it is told to. */
import net from 'node:net'

export type Cut =
  /** The server does its work; what it answers is dropped and the connection reset. */
  | 'answer'
  /** The question never reaches the server; the connection is reset. */
  | 'question'
  /** The server does its work and answers; nobody hears anything, and the connection stays open. */
  | 'silence'

export interface CuttingProxy {
  readonly url: string
  /** At the next question that holds these bytes. */
  cutNext(cut: Cut, marker: string): void
  /** How many cuts have happened. */
  cuts(): number
  close(): Promise<void>
}

export async function cuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl)
  const sockets = new Set<net.Socket>()
  let armed: { cut: Cut; marker: string } | undefined
  let happened = 0

  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname)
    let cutting: Cut | undefined
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (armed !== undefined && chunk.includes(armed.marker)) {
        cutting = armed.cut
        armed = undefined
        happened += 1
      }
      if (cutting === 'question') client.resetAndDestroy()
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (cutting === undefined) client.write(chunk)
      else if (cutting === 'answer') client.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = new URL(serverUrl)
  url.port = String(address.port)
  return {
    url: url.href,
    cutNext: (cut, marker) => {
      armed = { cut, marker }
    },
    cuts: () => happened,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
