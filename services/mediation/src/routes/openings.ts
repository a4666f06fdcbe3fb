/** "Who saw my file", for a party of a hearing by code. Whoever was erased has no code any more and asks staff. */
import { codeHolder } from '@wederhoor/http/code-holder'
import { codeProblem } from '@wederhoor/http/code-problem'
import type { Server } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import type { CodeThrottle } from '@wederhoor/identity/throttle'
import { type Openings, shown, shownOpeningSchema } from '@wederhoor/vault/openings'
import { z } from 'zod'
import type { MediationRooms } from './rooms.ts'

export function partyOpeningRoutes(
  app: Server,
  rooms: MediationRooms,
  parts: { readonly throttle: CodeThrottle; readonly openings: Openings },
): void {
  const { views, casefiles } = rooms
  const partyBehind = codeHolder(parts.throttle, async (digest) => {
    const found = await views.byCode(digest)
    if (found === undefined || found === 'erased') return undefined
    return { expired: !found.valid, holder: found }
  })

  app.get(
    '/v1/my-hearing/openings',
    {
      config: { access: withCode() },
      schema: {
        summary: 'On which days and why what you wrote was opened',
        response: { 200: z.object({ openings: z.array(shownOpeningSchema) }) },
      },
    },
    async (request) => {
      const { hearing, side } = await partyBehind(request)
      const dossier = await casefiles.dossierOf(hearing, 'hearing')
      if (dossier === undefined) throw codeProblem({ kind: 'unknown' })
      const { parties } = await rooms.state(hearing)
      // What was refused to whom tells of the rest of the dossier, and that is about the melder.
      const which = side === 'melder' ? 'all' : 'without-refusals'
      return { openings: shown(await parts.openings.of(dossier, parties[side], which)) }
    },
  )
}
