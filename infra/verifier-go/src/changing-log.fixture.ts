/** A log on a port of its own, which passes on what the running system serves and may change one answer on the way. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServiceApp } from '@wederhoor/runtime/service-app'

export interface ChangingLog {
  /** Ends in a slash. */
  readonly url: string
  /** Paths that were answered with something, in the order asked. */
  readonly served: readonly string[]
  /** From now on the answer for this path, below the log's own, is what `change` makes of it. */
  change(path: string, change: (bytes: Buffer) => Buffer): void
  /** Nothing is changed, and nothing was served. */
  restore(): void
  close(): Promise<void>
}

export async function changingLog(server: ServiceApp['server'], log: string): Promise<ChangingLog> {
  let changed: { readonly path: string; readonly change: (bytes: Buffer) => Buffer } | undefined
  let served: string[] = []
  const passing = createServer(async ({ url = '', headers }, reply) => {
    const { authorization } = headers
    const answer = await server.inject({
      url: `${log}${url}`,
      headers: authorization === undefined ? {} : { authorization },
    })
    if (answer.statusCode === 200) served.push(url.slice(1))
    const isChanged = changed !== undefined && url === `/${changed.path}`
    reply.writeHead(answer.statusCode)
    reply.end(isChanged ? changed?.change(answer.rawPayload) : answer.rawPayload)
  })
  await new Promise<void>((resolve) => passing.listen(0, '127.0.0.1', resolve))
  const { port } = passing.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    get served() {
      return served
    },
    change: (path, change) => {
      changed = { path, change }
    },
    restore: () => {
      changed = undefined
      served = []
    },
    close: () =>
      new Promise((resolve, reject) => {
        passing.close((error) => (error ? reject(error) : resolve()))
        passing.closeAllConnections()
      }),
  }
}
