import type { CodeThrottle, KnownCode } from '@wederhoor/identity/throttle'
import type { FastifyRequest } from 'fastify'
import { codeProblem } from './code-problem.ts'

/**
 * Who stands behind the `Access-Code` of a request to a route `withCode()`. `find` looks up the digest of a code in the
 * caller's own table; a holder that it gives back as expired is not let in. The attempt has been counted durably on
 * return, whatever comes of it.
 * @throws Problem, 401 or 429 as `codeProblem` says: wrong looks like malformed and like expired. Errors of the database
 * come as they are; the caller of the route retries.
 */
export function codeHolder<Holder>(
  throttle: CodeThrottle,
  find: (digest: string) => Promise<Omit<KnownCode<Holder>, 'digest'> | undefined>,
): (request: FastifyRequest) => Promise<Holder> {
  return async (request) => {
    const answer = await throttle.ask(request.accessCode ?? '', request.ip, async (digest) => {
      const found = await find(digest)
      return found === undefined ? null : { digest, ...found }
    })
    if (answer.kind !== 'known') throw codeProblem(answer)
    return answer.holder
  }
}
