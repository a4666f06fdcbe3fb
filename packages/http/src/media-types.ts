import type { FastifyInstance } from 'fastify'
import { Problem, problemType } from './problem.ts'

const json: readonly string[] = ['application/json']

/** 406 where the caller accepts nothing that this route can answer with. */
export function checkAccept(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { accept } = request.headers
    if (accept === undefined || request.is404 || !request.url.startsWith('/v1/')) return done()
    const produces = request.routeOptions.config.produces ?? json
    if (accepts(accept, [...produces, problemType])) return done()
    done(
      new Problem(406, {
        code: 'not-acceptable',
        detail: `This is answered as ${produces.join(' or ')}.`,
      }),
    )
  })
}

/** RFC 9110 §12.5.1, as far as a yes or no needs it: the most exact range that fits decides. */
function accepts(header: string, types: readonly string[]): boolean {
  const ranges = header.split(',').map(parseRange)
  return types.some((type) => {
    const wildcard = `${type.split('/')[0]}/*`
    const exact = [type, wildcard, '*/*'].flatMap((name) =>
      ranges.filter((range) => range.name === name),
    )
    return exact[0] !== undefined && exact[0].quality > 0
  })
}

function parseRange(text: string): { readonly name: string; readonly quality: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { name, quality: quality === undefined ? 1 : Number(quality) }
}
