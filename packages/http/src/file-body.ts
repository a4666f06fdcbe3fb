/** Routes whose body is one file, as it is, under its own media type. */
import type { FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from './problem.ts'
import type { Server } from './request.ts'

/** Body of such a route, for its schema: whoever described it any closer would have it looked through byte by byte. */
export const fileBody = z.unknown().meta({ type: 'string', format: 'binary' })

/**
 * Adds routes that take nothing but these media types, held in memory whole: 413 beyond `bytesMax`, 415 for others, and
 * 503 for whoever comes while `atOnceMax` requests are under way. Who may is asked before a byte is read.
 */
export function takeFiles(
  app: Server,
  limits: {
    readonly mediaTypes: readonly string[]
    readonly bytesMax: number
    readonly atOnceMax: number
  },
  routes: (scope: Server) => void,
): void {
  const { mediaTypes, bytesMax, atOnceMax } = limits
  let underWay = 0

  app.register(async (child) => {
    const scope: Server = child.withTypeProvider<ZodTypeProvider>()
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      [...mediaTypes],
      { parseAs: 'buffer', bodyLimit: bytesMax },
      async (_request: FastifyRequest, body: Buffer) => body,
    )
    scope.addContentTypeParser('*', async () => {
      const detail = `A file is sent as it is, as ${mediaTypes.join(' or ')}.`
      throw new Problem(415, { code: 'unsupported-media-type', detail })
    })
    scope.addHook('preParsing', async (request, reply) => {
      if (request.method !== 'POST') return
      if (underWay >= atOnceMax)
        throw new Problem(503, {
          code: 'busy',
          detail: 'Others are sending files. Repeat it with the same idempotency key.',
          retryAfterSeconds: 2,
        })
      underWay += 1
      let isOver = false
      const end = () => {
        if (!isOver) underWay -= 1
        isOver = true
      }
      // One that breaks off has no end, only a close.
      reply.raw.once('finish', end)
      reply.raw.once('close', end)
    })
    routes(scope)
  })
}

/** The file of a request. @throws Problem 400 where nothing was sent. */
export function fileIn({ body }: FastifyRequest): Uint8Array {
  if (body instanceof Uint8Array && body.length > 0) return body
  throw new Problem(400, { code: 'empty-file', detail: 'There is nothing in this file.' })
}
