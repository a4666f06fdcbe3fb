/** What the routes of intake work with. */

import type { Clock } from '@wederhoor/calendar/clock'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { contexts } from '@wederhoor/http/command-context'
import { type Request, screenOf } from '@wederhoor/http/request'
import type { Actor } from '@wederhoor/identity/actor'
import { type FileLine, openedFile } from '@wederhoor/vault/opened-file'
import type { Vault } from '@wederhoor/vault/port'
import type { MeldingEvent } from '../domain/events.ts'
import type { MeldingCommand, MeldingRejection } from '../domain/melding/commands.ts'
import type { Melding } from '../domain/melding/state.ts'
import type { MeldingViews } from '../views.ts'
import { refusal } from './refusals.ts'

/** Where a report stands after a command. */
export interface Standing {
  readonly dossier: string
  readonly status: string
  readonly holder: string
  readonly offeredTo: string | null
}

export interface IntakeRooms {
  readonly views: MeldingViews
  readonly vault: Vault
  readonly clock: Clock
  /** The context of a command on a dossier, under the power that covers the act. `as`: a party without an account. */
  context(
    request: Request,
    dossier: string,
    act: string,
    as?: { readonly role: string; readonly party: string },
  ): Promise<CommandContext>
  /** Decides and appends; a refusal of a rule becomes its problem. The state after it. */
  handle(dossier: string, command: MeldingCommand): Promise<Melding>
  /** The same, as the answer that most routes give. */
  answer(dossier: string, command: MeldingCommand): Promise<Standing>
  state(dossier: string): Promise<Melding>
  /** Whether this very request was carried out before: who may repeat it does not depend on what came after. */
  repeats(dossier: string, request: Request): Promise<boolean>
  /**
   * Every line of a report with its content opened: one reading, one entry in the access log. `actor`: who reads by code,
   * and so has no account.
   */
  file(request: Request, dossier: string, actor?: Actor): Promise<FileLine[]>
}

export function intakeRooms(parts: {
  readonly views: MeldingViews
  readonly vault: Vault
  readonly clock: Clock
  readonly handler: CommandHandler<MeldingCommand, MeldingEvent, Melding, MeldingRejection>
  readonly contextOf: ReturnType<typeof contexts>
}): IntakeRooms {
  const { views, vault, clock, handler, contextOf } = parts

  async function handle(dossier: string, command: MeldingCommand): Promise<Melding> {
    const handled = await handler.handle(streamOf(dossier), command)
    if (handled.kind === 'rejected') throw refusal(handled.rejection)
    return handled.state
  }

  return {
    views,
    vault,
    clock,
    handle,
    state: (dossier) => handler.state(streamOf(dossier)),
    repeats: async (dossier, { commandId }) =>
      commandId !== null && (await handler.did(streamOf(dossier), commandId)),
    async context(request, dossier, act, as) {
      const { power } = rulingFor(act, await clock.now())
      return contextOf(request, {
        dossier,
        scope: dossier,
        power,
        ...(as === undefined ? {} : { as }),
      })
    },
    async answer(dossier, command) {
      const state = await handle(dossier, command)
      return {
        dossier,
        status: state.status,
        holder: state.status === 'accepted' ? state.desk : 'intake',
        offeredTo: state.status === 'offered' ? state.offer.desk : null,
      }
    },
    async file(request, dossier, actor = request.actor) {
      const at = await clock.now()
      const screen = screenOf(request)
      const reading = { dossier, actor, purpose: 'behandeling', screen, at, trace: null }
      return openedFile(await handler.load(streamOf(dossier)), (sealed) =>
        vault.open({ ...reading, sealed }),
      )
    },
  }
}

export const streamOf = (dossier: string): string => `melding-${dossier}`
