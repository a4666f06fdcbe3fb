/** What the access log holds of a dossier. Nothing is opened to say it. */
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import { type Openings, openingSchema } from '@wederhoor/vault/openings'
import { z } from 'zod'
import { dossierParams } from '../schemas.ts'

export function openingRoutes(app: Server, openings: Openings): void {
  app.get(
    '/v1/dossiers/:dossier/openings',
    {
      config: { access: roles('auditor') },
      schema: {
        summary: 'Every opening of content of a dossier and every refusal: when, why, in what role',
        description:
          'Names nobody. With a party: only openings of what that party owns, and all refusals.',
        params: dossierParams,
        querystring: z.object({ party: z.uuid().toLowerCase().optional() }),
        response: {
          200: z.object({ dossier: z.uuid(), openings: z.array(openingSchema) }),
        },
      },
    },
    async ({ params: { dossier }, query: { party } }) => ({
      dossier,
      openings: [...(await openings.of(dossier, party))],
    }),
  )
}
