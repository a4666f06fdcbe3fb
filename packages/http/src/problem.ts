/** Answers that are no success: `application/problem+json` (RFC 9457), the same form for every refusal and failure. */

export const problemType = 'application/problem+json'

/** One thing that is wrong with the input. `path` is a JSON pointer that begins with params, query, headers or body. */
export interface InputError {
  readonly path: string
  readonly code: string
  readonly message: string
}

export interface ProblemParts {
  /** Kebab-case name of what went wrong; becomes `code`, and `type` as `urn:wederhoor:problem:<code>`. */
  readonly code: string
  /** The same for every occurrence. Left out: the code in words. */
  readonly title?: string
  /** What went wrong here, for a person. Never holds personal content. */
  readonly detail: string
  readonly errors?: readonly InputError[]
  readonly retryAfterSeconds?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Set where access was refused: why, for the access log. */
  readonly denied?: string
  readonly cause?: unknown
}

/** Thrown by a hook or a route; the server turns it into the answer. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly InputError[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly denied: string | undefined

  constructor(status: number, parts: ProblemParts) {
    super(parts.detail, parts.cause === undefined ? {} : { cause: parts.cause })
    this.name = 'Problem'
    this.status = status
    this.code = parts.code
    this.title = parts.title ?? inWords(parts.code)
    this.detail = parts.detail
    this.errors = parts.errors
    this.denied = parts.denied
    const retryAfter =
      parts.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(parts.retryAfterSeconds) }
    this.headers = { ...parts.headers, ...retryAfter }
  }
}

/** `throw problem(404, { code: 'unknown-dossier', detail: 'There is no such dossier.' })` */
export function problem(status: number, parts: ProblemParts): Problem {
  return new Problem(status, parts)
}

/**
 * The answer to a rejection of a decider: `throw refuse(handled.rejection, statuses, texts)`. Both records name every
 * reason, so that a new reason does not compile until someone has chosen its status and its words.
 */
export function refuse<Reason extends string>(
  rejection: { readonly reason: Reason },
  statuses: Readonly<Record<Reason, number>>,
  texts: Readonly<Record<Reason, string>>,
): Problem {
  const { reason } = rejection
  return new Problem(statuses[reason], { code: reason, detail: texts[reason] })
}

/**
 * Access refused by the route itself, such as another desk's dossier: 403, and the server reports `reason` to
 * `onDenied` before it answers, as it does for tokens and roles.
 */
export function denied(reason: string, detail = 'You may not do this.'): Problem {
  return new Problem(403, { code: 'forbidden', detail, denied: reason })
}

/** 400 with everything that is wrong with the input at once: at least one thing. */
export function inputProblem(errors: readonly InputError[]): Problem {
  const things = errors.length === 1 ? 'One thing is' : `${errors.length} things are`
  return new Problem(400, {
    code: 'invalid-input',
    detail: `${things} wrong with the input.`,
    errors,
  })
}

/**
 * What a route finds after the schema, such as a code that is on no list today: `requireNoErrors(unknownCodes(at, …))`.
 * @throws Problem 400 when there is any.
 */
export function requireNoErrors(errors: readonly InputError[]): void {
  if (errors.length > 0) throw inputProblem(errors)
}

/** The body of the answer. `instance` names this one occurrence, as the log does. */
export function problemBody(of: Problem, instance: string): Record<string, unknown> {
  return {
    type: `urn:wederhoor:problem:${of.code}`,
    title: of.title,
    status: of.status,
    detail: of.detail,
    instance,
    code: of.code,
    ...(of.errors === undefined ? {} : { errors: of.errors }),
  }
}

function inWords(code: string): string {
  const words = code.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
