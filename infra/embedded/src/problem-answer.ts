/** The one form in which everything that is no success is answered, as a client sees it. */
export interface ProblemAnswer {
  readonly status: number
  readonly code: string
  readonly errors: readonly { readonly path: string; readonly code: string }[]
}

const stackTrace = /\bat \S+ \(|\.ts:\d+|\.js:\d+|node:internal|node_modules/

/** What is wrong with the form of an answer that is no success; nothing when it is as promised (RFC 9457). */
export function faultsOf(answer: {
  status: number
  type: string
  text: string
}): readonly string[] {
  const { status, type, text } = answer
  const body = parsed(text)
  const isText = (name: string): boolean => typeof body?.[name] === 'string' && body[name] !== ''
  return [
    ...(type.startsWith('application/problem+json') ? [] : [`media type ${type}`]),
    ...(body === undefined ? ['no JSON object'] : []),
    ...(body?.['status'] === status ? [] : ['another status in the body']),
    ...['type', 'title', 'detail', 'instance'].flatMap((name) =>
      isText(name) ? [] : [`no ${name}`],
    ),
    ...(stackTrace.test(text) ? ['a stack trace'] : []),
  ]
}

/** @throws Error when it is not in the common form. */
export async function problemOf(response: Response): Promise<ProblemAnswer> {
  const type = response.headers.get('content-type') ?? ''
  const text = await response.text()
  const faults = faultsOf({ status: response.status, type, text })
  if (faults.length > 0) throw new Error(`${response.status} with ${faults.join(', ')}: ${text}`)
  const body = parsed(text)
  return {
    status: response.status,
    code: String(body?.['code']),
    errors: (body?.['errors'] ?? []) as ProblemAnswer['errors'],
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
