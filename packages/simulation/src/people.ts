/**
 * People who use the public HTTP API, and nothing else. A repeat after a failure carries the same idempotency key, as a
 * careful client does.
 */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Caller {
  get(service: string, path: string): Promise<Answer>
  /** `key` makes a repeat recognisable; left out, a new one is drawn. */
  post(service: string, path: string, body?: object, key?: string): Promise<Answer>
}

export interface People {
  /** Somebody with an account. */
  as(name: string): Caller
  /** Somebody with a code. */
  withCode(code: string): Caller
  readonly nobody: Caller
  /** How many requests got each status. */
  readonly statuses: ReadonlyMap<number, number>
}

export interface PeopleParts {
  readonly baseUrls: Readonly<Record<string, string>>
  tokenFor(name: string): Promise<string>
  newKey(): string
  /** Goes along with every request, so that one trace shows them all; null for none. */
  readonly traceparent?: string | undefined
}

const TRIES_MAX = 60
const PAUSE_MS = 250

/** Empty for a file, such as a bundle: whoever wants that asks for it otherwise. */
async function bodyOf(response: Response): Promise<Answer['body']> {
  const type = response.headers.get('content-type') ?? ''
  if (/^application\/(problem\+)?json/.test(type)) return (await response.json()) as Answer['body']
  await response.arrayBuffer()
  return {}
}

/** @throws Error when a service does not answer, or is busy, sixty times in a row. */
export function people(parts: PeopleParts): People {
  const statuses = new Map<number, number>()

  async function send(url: string, init: RequestInit): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(url, init)
        if (response.status === 503 && tries < TRIES_MAX) {
          await response.arrayBuffer()
          await pause(PAUSE_MS)
          continue
        }
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        return { status: response.status, body: await bodyOf(response) }
      } catch (error) {
        if (tries === TRIES_MAX) throw error
        await pause(PAUSE_MS)
      }
    }
  }

  function caller(headersOf: () => Promise<Record<string, string>>): Caller {
    const trace: Record<string, string> =
      parts.traceparent === undefined ? {} : { traceparent: parts.traceparent }
    return {
      async get(service, path) {
        return send(`${parts.baseUrls[service]}/v1${path}`, {
          headers: { ...trace, ...(await headersOf()) },
        })
      },
      async post(service, path, body, key = parts.newKey()) {
        const headers = { ...trace, ...(await headersOf()), 'idempotency-key': key }
        const json = body === undefined ? {} : { body: JSON.stringify(body) }
        const type = body === undefined ? {} : { 'content-type': 'application/json' }
        return send(`${parts.baseUrls[service]}/v1${path}`, {
          method: 'POST',
          headers: { ...headers, ...type },
          ...json,
        })
      },
    }
  }

  return {
    statuses,
    as: (name) => caller(async () => ({ authorization: `Bearer ${await parts.tokenFor(name)}` })),
    withCode: (code) => caller(async () => ({ 'access-code': code })),
    nobody: caller(async () => ({})),
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
