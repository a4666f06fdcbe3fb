/**
 * A FAKE of a key store that speaks the Vault-transit HTTP API, for tests: it answers the handful of calls that
 * `transitKek` makes as we understand the API's documentation, keeps its keys in memory and can be told to fail. Nothing
 * here was compared with a real HashiCorp Vault or OpenBao: what passes against it is untried on a real one.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decrypt, encrypt } from './cipher.ts'

export interface FakeTransitServer {
  readonly address: string
  /** From now on every call gets this status; undefined: as it should. `hang` never answers. */
  fail(as: number | 'hang' | 'nonsense' | 'elsewhere' | undefined): void
  /** Calls so far: method and path. */
  readonly calls: readonly string[]
  close(): Promise<void>
}

type Body = Readonly<Record<string, unknown>>
type Answer = readonly [status: number, data?: unknown]
const refused = (error: string): Answer => [400, { errors: [error] }]

/** Knows one mount, one key and one token. `derived`: the key needs a context, as one made with `derived=true` does. */
export async function fakeTransitServer(world: {
  readonly mount: string
  readonly key: string
  readonly token: string
  readonly derived: boolean
}): Promise<FakeTransitServer> {
  const { mount, key, token, derived } = world
  const versions = new Map([[1, randomBytes(32)]])
  let latest = 1
  let available = 1
  let decryptable = 1
  let failing: number | 'hang' | 'nonsense' | 'elsewhere' | undefined
  const calls: string[] = []

  function seal(plaintext: unknown, body: Body): Answer {
    const binding = bindingOf(body)
    if (binding === undefined) return refused('missing context for key derivation')
    const bytes = keyOf(latest, binding.context)
    if (bytes === undefined) return refused('no such key version')
    const plain = Buffer.from(String(plaintext), 'base64')
    const { nonce, ciphertext } = encrypt(bytes, plain, binding.associated)
    const text = Buffer.concat([nonce, ciphertext]).toString('base64')
    return [200, { data: { ciphertext: `vault:v${latest}:${text}`, key_version: latest } }]
  }

  function unseal(body: Body): Answer {
    const [, number, text] = /^vault:v([0-9]+):(.*)$/.exec(String(body['ciphertext'])) ?? []
    if (number === undefined || text === undefined) return refused('invalid ciphertext: no prefix')
    if (Number(number) < decryptable)
      return refused('ciphertext or signature version is disallowed by policy (too old)')
    const binding = bindingOf(body)
    const bytes = binding && keyOf(Number(number), binding.context)
    if (bytes === undefined) return refused('invalid ciphertext')
    const all = Buffer.from(text, 'base64')
    const box = { nonce: all.subarray(0, 12), ciphertext: all.subarray(12) }
    try {
      const plain = Buffer.from(decrypt(bytes, box, binding?.associated ?? ''))
      return [200, { data: { plaintext: plain.toString('base64') } }]
    } catch {
      return refused('cipher: message authentication failed')
    }
  }

  function bindingOf(body: Body) {
    const context = typeof body['context'] === 'string' ? body['context'] : ''
    const associated = typeof body['associated_data'] === 'string' ? body['associated_data'] : ''
    return derived && context === '' ? undefined : { context: derived ? context : '', associated }
  }

  function keyOf(version: number, context: string): Buffer | undefined {
    const bytes = versions.get(version)
    return bytes && createHmac('sha256', bytes).update(context).digest()
  }

  function trim(body: Body): Answer {
    const least = Number(body['min_available_version'])
    if (!(least <= decryptable)) return refused('cannot trim beyond min_decryption_version')
    for (const version of versions.keys()) if (version < least) versions.delete(version)
    available = least
    return [200, { data: {} }]
  }

  const routes: Readonly<Record<string, (body: Body) => Answer>> = {
    [`POST encrypt/${key}`]: (body) => seal(body['plaintext'], body),
    [`POST decrypt/${key}`]: unseal,
    [`POST rewrap/${key}`]: (body) => {
      const [status, answer] = unseal(body)
      if (status !== 200) return [status, answer]
      return seal((answer as { data: { plaintext: string } }).data.plaintext, body)
    },
    [`GET keys/${key}`]: () => [
      200,
      {
        data: {
          latest_version: latest,
          min_available_version: available,
          min_decryption_version: decryptable,
        },
      },
    ],
    [`POST keys/${key}/rotate`]: () => {
      latest += 1
      versions.set(latest, randomBytes(32))
      return [204]
    },
    [`POST keys/${key}/config`]: (body) => {
      decryptable = Number(body['min_decryption_version'])
      return [200, { data: {} }]
    },
    [`POST keys/${key}/trim`]: trim,
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url ?? ''
    if (request.headers['x-vault-token'] !== token) return [403, { errors: ['permission denied'] }]
    const route = path.startsWith(`/v1/${mount}/`)
      ? routes[`${request.method} ${path.slice(`/v1/${mount}/`.length)}`]
      : undefined
    if (route === undefined) return [404, { errors: [] }]
    return route(await bodyOf(request))
  }

  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    if (failing === 'hang') return
    if (failing === 'nonsense') return void response.end('{"data":{"ciphertext":7}}')
    if (failing === 'elsewhere')
      return void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()
    if (failing !== undefined) return void response.writeHead(failing).end('{"errors":["failing"]}')
    void answer(request).then(([status, data]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(data === undefined ? undefined : JSON.stringify(data))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    fail(as) {
      failing = as
    },
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Body)
}
