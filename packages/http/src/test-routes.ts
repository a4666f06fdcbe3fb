/** One route of each kind, for the tests of this package. */
import { either, everyone, roles, withCode } from '@wederhoor/identity/access'
import { z } from 'zod'
import { denied } from './problem.ts'
import type { Server } from './request.ts'

const noteSchema = z.object({
  text: z.string().min(1).max(1000),
  happenedOn: z.iso.date(),
  reportedAt: z.iso.datetime(),
  kind: z.enum(['small', 'large']),
})

const whoSchema = z.object({
  subject: z.string(),
  role: z.string().nullable(),
  code: z.string().nullable(),
})

/** Routes that only read. */
export function addReadingRoutes(app: Server): void {
  app.get(
    '/v1/dossiers/:dossier',
    {
      config: { access: roles('clerk') },
      schema: {
        params: z.object({ dossier: z.uuid() }),
        querystring: z.object({
          pageSize: z.coerce.number().int().max(100).default(10),
          from: z.iso.date().optional(),
        }),
        headers: z.object({ 'x-count': z.coerce.number().int().optional() }),
        response: { 200: z.object({ dossier: z.uuid(), pageSize: z.int() }) },
      },
    },
    async (request) => ({ dossier: request.params.dossier, pageSize: request.query.pageSize }),
  )
  const who = { schema: { response: { 200: whoSchema } } }
  app.get('/v1/who/code', { ...who, config: { access: withCode() } }, async (request) =>
    whoIs(request),
  )
  app.get(
    '/v1/who/everyone',
    { ...who, config: { access: either(everyone(), roles('clerk')) } },
    async (request) => whoIs(request),
  )
  app.get('/v1/other-desk', { config: { access: roles('clerk') } }, async () => {
    throw denied('other-desk')
  })
}

function whoIs(request: {
  actor: { subject: string }
  grantedRole: string | null
  accessCode: string | null
}) {
  return { subject: request.actor.subject, role: request.grantedRole, code: request.accessCode }
}

/** A route that takes a note and answers with the id of its command. */
export function addNotes(
  app: Server,
  handle: (commandId: string, text: string) => Promise<'added' | 'there'> = async () => 'added',
): void {
  app.post(
    '/v1/dossiers/:dossier/notes',
    {
      config: { access: either(everyone(), roles('clerk')) },
      bodyLimit: 2000,
      schema: {
        params: z.object({ dossier: z.uuid() }),
        querystring: z.object({ lang: z.enum(['nl', 'fy', 'en']).optional() }),
        body: noteSchema,
        response: {
          201: z.object({
            command: z.uuid(),
            result: z.string(),
          }),
        },
      },
    },
    async (request, reply) => {
      const command = request.commandId ?? ''
      const result = await handle(command, request.body.text)
      return reply.code(201).send({ command, result })
    },
  )
}
