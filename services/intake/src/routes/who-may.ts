/** Whose a report is to see and to act on. A request that was carried out before may be repeated, whatever came after. */
import { denied, problem } from '@wederhoor/http/problem'
import type { Request } from '@wederhoor/http/request'
import type { Actor } from '@wederhoor/identity/actor'
import type { Uuid } from '@wederhoor/vault/fields'
import type { MeldingRow } from '../views.ts'
import type { IntakeRooms } from './rooms.ts'

/** May this account see and do things in this report now? Intake's door while intake holds it, then the desk. */
function mayHandle(row: MeldingRow, actor: Actor): boolean {
  if (row.holder === 'intake') {
    if (actor.roles.includes('intake-worker') || actor.roles.includes('national-coordinator'))
      return true
    return row.offeredTo !== null && row.offeredTo === actor.desk
  }
  return row.holder === actor.desk
}

/** @throws Problem 404, or 403 when another desk holds it. */
export async function handledRow(
  rooms: IntakeRooms,
  dossier: string,
  request: Request,
): Promise<MeldingRow> {
  const row = await rowOf(rooms, dossier)
  if (!mayHandle(row, request.actor)) await refuseUnlessRepeated(rooms, dossier, request)
  return row
}

/** The desk that answers an offer is the actor's own; whether it was asked at all, the decider says. */
export async function answeringDesk(
  rooms: IntakeRooms,
  dossier: string,
  request: Request,
): Promise<Uuid<'desk'>> {
  const { desk } = request.actor
  if (desk === null) throw denied('no-desk', 'Your account belongs to no desk.')
  const row = await rowOf(rooms, dossier)
  const concerns = row.offeredTo === desk || row.holder === desk || row.holder === 'intake'
  if (!concerns) await refuseUnlessRepeated(rooms, dossier, request)
  return desk as Uuid<'desk'>
}

async function rowOf(rooms: IntakeRooms, dossier: string): Promise<MeldingRow> {
  const row = await rooms.views.one(dossier)
  if (row !== undefined) return row
  throw problem(404, { code: 'no-such-melding', detail: 'There is no such report.' })
}

async function refuseUnlessRepeated(
  rooms: IntakeRooms,
  dossier: string,
  request: Request,
): Promise<void> {
  if (await rooms.repeats(dossier, request)) return
  throw denied('other-desk', 'Another desk holds this report.')
}
