/** The seals on a hearing, for whoever handles it: to print with a letter, or for a party who has no code. */
import type { Server } from '@wederhoor/http/request'
import { hearingStream } from '../domain/streams.ts'
import { type SealedCheckpoint, sealsIn } from '../hearing-tree.ts'
import { type MediationRooms, staff } from './rooms.ts'
import * as schema from './schemas.ts'

export function checkpointRoutes(app: Server, rooms: MediationRooms): void {
  app.get(
    '/v1/dossiers/:dossier/hearings/:hearing/checkpoints',
    {
      config: { access: staff },
      schema: {
        summary: 'The signed checkpoints of the hearing, the same for both parties',
        description:
          'Print the newest with what you send by post: both parties can then compare, letter by letter, what they were given.',
        params: schema.hearingParams,
        response: { 200: schema.checkpoints },
      },
    },
    async (request) => {
      await rooms.admit(request, request.params)
      return { checkpoints: await sealsOf(rooms, request.params.hearing) }
    },
  )
}

/** As they stand in the ledger, oldest first. */
export async function sealsOf(rooms: MediationRooms, hearing: string) {
  const recorded = await rooms.hearings.load(hearingStream(hearing))
  return sealsIn(recorded).map((seal) => ({ ...seal, proves: proves(seal) }))
}

/** Null until something was served. */
export const newestSealOf = async (rooms: MediationRooms, hearing: string) =>
  (await sealsOf(rooms, hearing)).at(-1) ?? null

const proves = ({ size }: SealedCheckpoint): string =>
  `Signed over the first ${size} entries of this hearing, in their order. The other party gets this same note: if theirs of this size is equal to yours, both of you were given the same hearing file, and none of these entries can be changed, moved or left out afterwards. It does not prove when something was written, nor that it is true.`
