import assert from 'node:assert/strict'
import type { Clock } from '@wederhoor/calendar/clock'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { EntryActor, EntryPower } from '@wederhoor/ledger/entry'
import type { FastifyRequest } from 'fastify'
import { traceparentOf } from './tracing.ts'

export interface ContextParts {
  readonly clock: Clock
  /** The pseudonym of a human within one scope; `vault.pseudonym`. */
  pseudonym(scope: string, person: string): Promise<EntryActor['pseudonym']>
  /** The version of the policy that is in force at that instant. */
  policyVersion(at: string): string
}

export interface CommandMoment {
  /** The dossier of the entries, or null. */
  readonly dossier: string | null
  /** Within what the pseudonym holds: the dossier, or the stream of what has none. */
  readonly scope: string
  readonly power: EntryPower
  /** When it happened according to the actor; now when left out. */
  readonly occurredAt?: CommandContext['occurredAt'] | undefined
  /** The id of the whole course of things; the command's own id when left out. */
  readonly correlation?: string | null
  /** Who acts where no account does: a party of the dossier, in a role. Also overrules an account's role. */
  readonly as?: { readonly role: string; readonly party: string }
}

/**
 * Fills in what a command brings to its entries, so that nobody types it. The request must have been through a POST
 * route of `buildServer`. @throws ClockError, and what `pseudonym` throws.
 */
export function contexts(
  parts: ContextParts,
): (request: FastifyRequest, moment: CommandMoment) => Promise<CommandContext> {
  return async (request, moment) => {
    const id = request.commandId
    assert(id !== null, 'a command comes with a POST and its idempotency key')
    const at = await parts.clock.now()
    return {
      id,
      at,
      occurredAt: moment.occurredAt ?? at,
      dossier: moment.dossier,
      actor: await entryActor(parts, request, moment),
      power: moment.power,
      policy: parts.policyVersion(at),
      causation: null,
      correlation: moment.correlation === undefined ? id : moment.correlation,
      trace: traceparentOf(request),
    }
  }
}

async function entryActor(
  parts: ContextParts,
  request: FastifyRequest,
  moment: CommandMoment,
): Promise<EntryActor> {
  const { as, scope } = moment
  // A party has no pseudonym beside its id: that holds within its dossier only, as a pseudonym does.
  if (as !== undefined)
    return { role: as.role, desk: null, pseudonym: as.party as EntryActor['pseudonym'] }
  const { actor, grantedRole } = request
  assert(grantedRole !== null, 'without a granted role the route says as whom somebody acts')
  const pseudonym = await parts.pseudonym(scope, actor.person)
  return { role: grantedRole, desk: actor.desk, pseudonym }
}
