/** "Who saw my file", for staff of the case to hand out to whom it is about. */
import type { Server } from '@wederhoor/http/request'
import { type Openings, shown, shownOpeningSchema } from '@wederhoor/vault/openings'
import { z } from 'zod'
import { erasureParams } from './erasure-schemas.ts'
import { type CaseRooms, staff } from './rooms.ts'

export function openingRoutes(
  app: Server,
  { rooms, openings }: { readonly rooms: CaseRooms; readonly openings: Openings },
): void {
  app.get(
    '/v1/cases/:dossier/parties/:party/openings',
    {
      config: { access: staff },
      schema: {
        summary: 'On which days and why what a party told was opened: to hand out to them',
        params: erasureParams,
        response: { 200: z.object({ openings: z.array(shownOpeningSchema) }) },
      },
    },
    async (request) => {
      const { dossier, party } = request.params
      const { state } = await rooms.enter(request, dossier)
      const named = rooms.partyOf(party, state)
      // What was refused to whom tells of the rest of the dossier, and that is about the melder.
      const which = named === state.melder ? 'all' : 'without-refusals'
      return { openings: shown(await openings.of(dossier, named, which)) }
    },
  )
}
