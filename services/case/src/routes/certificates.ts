/** The certificate of an erasure, for the person, and for whoever checks that it stands in the ledger. */
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import type { TileStorage } from '@wederhoor/ledger/tile-storage'
import { proofOf, statementOf } from '../certificate.ts'
import { erasureStream } from '../domain/erasure/erasure.ts'
import { type ErasureRooms, whoeverAsks } from './erasure-rooms.ts'
import * as schema from './erasure-schemas.ts'

const certified: readonly string[] = ['PartyErased', 'ErasureCompleted', 'ErasureFinal']

export function certificateRoutes(app: Server, rooms: ErasureRooms, tiles: TileStorage): void {
  const { erasures } = rooms

  app.get(
    '/v1/cases/:dossier/erasures/:party/certificate',
    {
      config: { access: whoeverAsks },
      schema: {
        summary: 'What was erased and when, what was not reached, what stays, and the proof',
        params: schema.erasureParams,
        response: { 200: schema.certificate },
      },
    },
    async (request) => {
      const subject = await rooms.enter(request, request.params)
      const stream = erasureStream(subject.dossier, subject.party)
      const state = await erasures.state(stream)
      if (state.status !== 'erased' && state.status !== 'completed' && state.status !== 'final')
        throw problem(404, { code: 'not-erased', detail: 'Nothing was erased here yet.' })
      const { openFields } = await rooms.facts(subject)
      return {
        ...subject,
        digests: state.digests,
        erasedAt: state.erasedAt,
        completedAt: state.status === 'erased' ? null : state.completedAt,
        finalAt: state.status === 'final' ? state.finalAt : null,
        statement: statementOf(state),
        stays: openFields,
        proofs: await proofs(stream),
      }
    },
  )

  async function proofs(stream: string) {
    const found: { readonly type: string; readonly proof: string }[] = []
    for (const { event, position } of await erasures.load(stream)) {
      if (!certified.includes(event.type)) continue
      const proof = await proofOf(tiles, position)
      if (proof !== undefined) found.push({ type: event.type, proof })
    }
    return found
  }
}
