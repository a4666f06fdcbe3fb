import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** One media type comes in: JSON in real UTF-8. Anything else is 415, anything malformed 400. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parse(body),
  )
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes), refusePrototype)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    // The parser's own message quotes the body, so it is not kept as a cause either.
    throw new Problem(400, { code: 'malformed-json', detail: 'The body is not JSON in UTF-8.' })
  }
}

/** A member of this name would reach the prototype of whatever the object is copied into. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__')
    throw new Problem(400, { code: 'malformed-json', detail: 'The body names a prototype.' })
  return value
}
