/** One call of the Vault-transit HTTP API. */
import { z } from 'zod'
import { TransitError } from './transit-error.ts'

export interface TransitOptions {
  /** Where the key store listens: `https://keys.example:8200`. */
  readonly address: string
  /** Where the transit engine is mounted; `transit` unless somebody chose otherwise. */
  readonly mount: string
  /** Name of the key. It must exist. */
  readonly key: string
  /** Asked at each call, so that it may be renewed. Never logged. */
  readonly token: () => string | Promise<string>
  /** How long one call may take. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 3_000

export type Transit = <Answer extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  answer: Answer,
  body?: Readonly<Record<string, unknown>>,
) => Promise<z.output<Answer>>

/** The function throws TransitError. `answer` is the form of the answer's `data`; `z.unknown()` where nothing is read. */
export function transitClient(options: TransitOptions): Transit {
  const { address, mount, token, timeoutMs = TIMEOUT_MS } = options
  return async (method, path, answer, body) => {
    const mine = await tokenOf(token)
    const response = await fetch(new URL(`/v1/${mount}/${path}`, address), {
      method,
      headers: { 'x-vault-token': mine, 'content-type': 'application/json' },
      // The token goes to whom it was meant for, and to nobody that one names.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(unanswered)
    const text = await response.text().catch(unanswered)
    if (!response.ok) throw refusal(response.status, text)
    const outer = z.object({ data: z.unknown() }).safeParse(text === '' ? {} : jsonIn(text))
    const parsed = answer.safeParse(outer.data?.data)
    if (!parsed.success) throw new TransitError('not-understood', response.status)
    return parsed.data
  }
}

async function tokenOf(token: TransitOptions['token']): Promise<string> {
  try {
    return await token()
  } catch (cause) {
    throw new TransitError('no-token', undefined, { cause })
  }
}

function unanswered(cause: unknown): never {
  const late = cause instanceof Error && cause.name === 'TimeoutError'
  throw new TransitError(late ? 'timeout' : 'unreachable', undefined, { cause })
}

function refusal(status: number, text: string): TransitError {
  if (status === 403) return new TransitError('forbidden', status)
  if (status === 404) return new TransitError('not-found', status)
  if (status === 503) return new TransitError('sealed', status)
  if (status !== 400) return new TransitError('failed', status)
  if (/key not found/.test(text)) return new TransitError('not-found', status)
  return new TransitError(/too old|version/.test(text) ? 'version-gone' : 'refused', status)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
