import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

/** 404 for what is not there, a trailing slash included; 405 with `Allow` where only the method is wrong. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known: { readonly pattern: RegExp; readonly method: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = patternOf(url)
    for (const one of [method].flat()) known.push({ pattern, method: one })
  })
  // An empty parameter would match: `/v1/things/` is not the thing without a name.
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (/^\/v\d+\/.*\/$/.test(path)) throw nothingHere()
  })
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const fitting = known.filter((route) => route.pattern.test(path)).map((route) => route.method)
    const methods = [...new Set(fitting)].sort()
    if (methods.length > 0 && !methods.includes(request.method))
      throw new Problem(405, {
        code: 'method-not-allowed',
        detail: `Here one may use ${methods.join(', ')}.`,
        headers: { allow: methods.join(', ') },
      })
    throw nothingHere()
  })
}

const nothingHere = (): Problem =>
  new Problem(404, { code: 'not-found', detail: 'There is nothing at this address.' })

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((step) => (step.startsWith(':') ? '[^/]+' : step.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('/')
    .replaceAll('*', '.*')
  return new RegExp(`^${source}$`)
}
