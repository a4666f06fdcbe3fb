/** Where the people of the demonstration get their tokens. Runs only beside the development issuer, never in production. */
import type { Clock } from '@wederhoor/calendar/clock'
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { buildServer } from '@wederhoor/http/server'
import { everyone } from '@wederhoor/identity/access'
import type { DevelopmentIssuer } from '@wederhoor/identity/development-issuer'
import type { TokenVerifier } from '@wederhoor/identity/token'
import type { FastifyBaseLogger } from 'fastify'
import { z } from 'zod'

export async function loginServer(parts: {
  readonly issuer: DevelopmentIssuer
  readonly clock: Clock
  readonly logger: FastifyBaseLogger
  readonly verifier: TokenVerifier
}): Promise<Server> {
  const { issuer, ...rest } = parts
  const server = await buildServer({
    ...rest,
    name: 'login',
    title: 'Wederhoor demonstration login',
    version: '1.0.0',
    description:
      'Signs tokens for the people of the demonstration. Whoever reaches this is everybody.',
    contact: {
      name: 'Wederhoor',
      email: 'beheer@wederhoor.example',
      url: 'https://wederhoor.example',
    },
  })
  server.get(
    '/v1/accounts/:name/token',
    {
      config: { access: everyone(), produces: ['text/plain'] },
      schema: {
        summary: 'A token for a person of the demonstration, as plain text',
        params: z.object({ name: z.string().max(60) }),
      },
    },
    async (request, reply) => {
      const { name } = request.params
      if (!issuer.accounts.some((account) => account.name === name)) {
        const names = issuer.accounts.map((account) => account.name).join(', ')
        throw problem(404, {
          code: 'unknown-account',
          detail: `There is nobody of that name. There are: ${names}.`,
        })
      }
      return reply.type('text/plain; charset=utf-8').send(await issuer.tokenFor(name))
    },
  )
  server.get(
    '/v1/accounts',
    {
      config: { access: everyone() },
      schema: {
        summary: 'Who there is',
        response: {
          200: z.object({
            accounts: z.array(
              z.object({
                name: z.string(),
                roles: z.array(z.string()),
                desk: z.string().nullable(),
              }),
            ),
          }),
        },
      },
    },
    async () => ({
      accounts: issuer.accounts.map(({ name, roles, desk }) => ({ name, roles: [...roles], desk })),
    }),
  )
  return server
}
