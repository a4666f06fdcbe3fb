/** "Who saw my file", for the melder by code: also when what they told was erased. */
import { codeHolder } from '@wederhoor/http/code-holder'
import { codeProblem } from '@wederhoor/http/code-problem'
import type { Server } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import type { CodeThrottle } from '@wederhoor/identity/throttle'
import { type Openings, shown, shownOpeningSchema } from '@wederhoor/vault/openings'
import { z } from 'zod'
import type { IntakeRooms } from './rooms.ts'

export function melderOpeningRoutes(
  app: Server,
  rooms: IntakeRooms,
  parts: { readonly throttle: CodeThrottle; readonly openings: Openings },
): void {
  const dossierBehind = codeHolder(parts.throttle, async (digest) => {
    const dossier = await rooms.views.byCode(digest)
    return dossier === undefined ? undefined : { expired: false, holder: dossier }
  })

  app.get(
    '/v1/my-melding/openings',
    {
      config: { access: withCode() },
      schema: {
        summary: 'On which days and why what you told was opened; also after an erasure',
        response: { 200: z.object({ openings: z.array(shownOpeningSchema) }) },
      },
    },
    async (request) => {
      const dossier = await dossierBehind(request)
      const state = await rooms.state(dossier)
      if (state.status === 'unknown') throw codeProblem({ kind: 'unknown' })
      return { openings: shown(await parts.openings.of(dossier, state.melder)) }
    },
  )
}
