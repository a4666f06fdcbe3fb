import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keyError, keyPath } from './idempotency-key.ts'
import { type InputError, requireNoErrors } from './problem.ts'

const depthMax = 32

/**
 * Checks all of the input at once, so that a caller learns everything that is wrong from one answer. Fastify's own
 * validation stops at the first part that is wrong; it is given nothing to do.
 */
export function validateInput(app: FastifyInstance): void {
  app.setValidatorCompiler(() => (value: unknown) => ({ value }))

  app.addHook('preValidation', async (request) => {
    if (request.is404) return
    const { params, query, body } = request
    request.asSent = { params, query, body }
    const errors = [
      ...textErrors('/params', params),
      ...textErrors('/query', query),
      ...textErrors('/body', body),
      ...keyError(request),
      // `keyError` has said what is wrong with the key; its schema is there for the document.
      ...schemaErrors(request).filter((error) => error.path !== keyPath),
    ]
    requireNoErrors(errors)
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A UUID in an address may be written in upper case (RFC 9562 §4). From here on it has one spelling: as two texts the same
 * dossier would be two streams, in which one human has two pseudonyms, and no entry of either log would take it.
 */
export function spellIdsOneWay(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { params } = request
    if (typeof params !== 'object' || params === null) return
    for (const [name, value] of Object.entries(params)) {
      if (typeof value === 'string' && uuid.test(value))
        Object.assign(params, { [name]: value.toLowerCase() })
    }
  })
}

/** Validates each part by its schema and puts the result in the place of what was sent. */
function schemaErrors(request: FastifyRequest): readonly InputError[] {
  const schema = request.routeOptions.schema
  if (schema === undefined) return []
  const { params, querystring, headers, body } = schema
  return [
    ...partErrors('/params', params, request.params, (value) => {
      request.params = value
    }),
    ...partErrors('/query', querystring, request.query, (value) => {
      request.query = value
    }),
    ...partErrors('/headers', headers, request.headers, (value) => {
      Object.assign(request.headers, value)
    }),
    ...partErrors('/body', body, request.body, (value) => {
      request.body = value
    }),
  ]
}

function partErrors(
  path: string,
  schema: unknown,
  value: unknown,
  put: (value: unknown) => void,
): readonly InputError[] {
  if (!(schema instanceof z.ZodType)) return []
  const parsed = schema.safeParse(value)
  if (parsed.success) {
    put(parsed.data)
    return []
  }
  return parsed.error.issues.map((issue) => ({
    path: [path, ...issue.path.map((step) => pointerStep(String(step)))].join('/'),
    code: issue.code.replaceAll('_', '-'),
    message: issue.message,
  }))
}

/** What no text and no number of ours may hold, wherever it stands: it would break the store, the hash or the database. */
function textErrors(path: string, value: unknown, depth = 0): readonly InputError[] {
  if (typeof value === 'string') return stringErrors(path, value)
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ path, code: 'number-out-of-range', message: 'the number is too large' }]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  if (depth === depthMax)
    return [{ path, code: 'too-deep', message: `nested deeper than ${depthMax} levels` }]
  return Object.entries(value).flatMap(([key, member]) => {
    const at = `${path}/${pointerStep(key)}`
    return [...stringErrors(at, key), ...textErrors(at, member, depth + 1)]
  })
}

function stringErrors(path: string, text: string): readonly InputError[] {
  const errors: InputError[] = []
  const safePath = path.replaceAll('\u0000', '').toWellFormed()
  if (text.includes('\u0000'))
    errors.push({
      path: safePath,
      code: 'nul-character',
      message: 'the text holds a NUL character',
    })
  if (!text.isWellFormed())
    errors.push({
      path: safePath,
      code: 'lone-surrogate',
      message: 'the text is not well-formed Unicode',
    })
  return errors
}

/** RFC 6901 §3. */
function pointerStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}
