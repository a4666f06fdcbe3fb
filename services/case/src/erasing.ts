/**
 * Carries out what was granted, as a deadline of the erasure's stream: fence → `PartyErased` → keys → sealed rows →
 * directory → views → scan → a new key epoch → `ErasureCompleted`; and when no backup is kept any more that needs the old
 * epochs, their end → `ErasureFinal`. Each step may be repeated, so a crash anywhere is resumed from the last recorded
 * fact. What does not end is recorded as incomplete and taken up again.
 */
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { Reactor } from '@wederhoor/decider/reaction'
import type { Position } from '@wederhoor/event-store/port'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import type { Instant, Uuid } from '@wederhoor/vault/fields'
import type { CaseCommand, CaseRejection } from './domain/case/commands.ts'
import { type Case, streamOf } from './domain/case/state.ts'
import type {
  ErasureCommand,
  ErasureRejection,
  NoteCompleted,
  NoteErased,
  NoteFinal,
  NoteIncomplete,
} from './domain/erasure/commands.ts'
import type { Erasure, ErasureOf } from './domain/erasure/state.ts'
import { type ErasureEvent, type Leftover, leftovers } from './domain/erasure-events.ts'
import type { CaseEvent } from './domain/events.ts'

export type ErasureHandler = CommandHandler<ErasureCommand, ErasureEvent, Erasure, ErasureRejection>

export interface ErasingParts {
  readonly parts: Pick<ServiceParts, 'clock' | 'vault' | 'erasing' | 'logger'>
  readonly erasures: ErasureHandler
  readonly cases: CommandHandler<CaseCommand, CaseEvent, Case, CaseRejection>
  readonly react: Reactor['react']
  /** How long views may lag before an erasure is called incomplete; five seconds by default. */
  readonly viewsWithinMs?: number
}

/** Something is left that should not be. */
class NotClean extends Error {
  readonly code = 'not-clean'
  constructor(places: readonly string[]) {
    super(`left: ${places.join('; ')}`)
    this.name = 'NotClean'
  }
}

export function erasing({ parts, erasures, cases, react, viewsWithinMs = 5_000 }: ErasingParts) {
  const { clock, vault, logger } = parts
  const { steps, epochs } = parts.erasing

  /** Of the command that follows: its own id, so that a repeat of the whole is recognised, and the time as it is now. */
  async function contextFor(context: CommandContext, name: string): Promise<CommandContext> {
    const at = await clock.now()
    const { power, policy } = rulingFor('erase', at)
    return { ...context, id: derivedId(context.id, name), at, occurredAt: at, power, policy }
  }

  async function note(stream: string, context: CommandContext, command: Report): Promise<Erasure> {
    const own = await contextFor(context, command.type)
    const handled = await erasures.handle(stream, { ...command, context: own })
    return handled.state
  }

  /** Where `PartyErased` stands: what every view must have read. */
  async function erasedAt(stream: string): Promise<Position | undefined> {
    const recorded = await erasures.load(stream)
    return recorded.find((one) => one.event.type === 'PartyErased')?.position
  }

  async function untilClean(
    owner: Owner,
    looking: { readonly pseudonyms: readonly PseudonymOf[]; readonly positionAtLeast: Position },
  ): Promise<void> {
    const began = performance.now()
    for (;;) {
      const { clean, places } = await steps.scan(owner, looking)
      if (clean) return
      // Once every view has read of the erasure, what it left is deleted here; before that it may still be written.
      const standing = await steps.scan(owner, { pseudonyms: looking.pseudonyms })
      if (standing.places.length === places.length) await steps.deleteRows(owner)
      if (performance.now() - began > viewsWithinMs) throw new NotClean(places)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  /**
   * A backup holds the destroyed keys under the epochs of its time. Where the newest is one of them another begins, and
   * every live key goes under it, so that in the end the old ones are needed by nobody.
   */
  async function epochsToEnd(owner: Owner): Promise<readonly string[]> {
    const { waitsFor } = await steps.finality(owner)
    const current = (await epochs.list()).at(-1)
    if (current !== undefined && waitsFor.includes(current)) await epochs.begin()
    await epochs.rewrap()
    return waitsFor
  }

  async function erase(stream: string, context: CommandContext): Promise<void> {
    const state = await erasures.state(stream)
    if (state.status !== 'granted' && state.status !== 'erased') return
    const { party } = state
    const owner = { dossier: dossierOf(context), party: String(party) }
    let step: Leftover = 'fence'
    try {
      const { digests } = await steps.raiseFence(owner)
      if (state.status === 'granted') await note(stream, context, { type: 'NoteErased', digests })
      const positionAtLeast = await erasedAt(stream)
      if (positionAtLeast === undefined) return
      const noting = await contextFor(context, 'note-erasure')
      await react(streamOf(owner.dossier), { type: 'NoteErasure', party, context: noting }, cases)
      step = 'keys'
      const { keys } = await steps.destroyKeys(owner)
      steps.evictCaches(owner)
      step = 'sealed'
      const sealed = await steps.deleteSealed(owner)
      step = 'people'
      // Who reads by code stands in the access log under a pseudonym of theirs.
      const pseudonyms = [await vault.pseudonym(owner.dossier, owner.party)]
      await steps.deletePeople(owner, pseudonyms)
      step = 'views'
      await untilClean(owner, { pseudonyms, positionAtLeast })
      step = 'epoch'
      const waitsFor = await epochsToEnd(owner)
      const finalDueAt = await backupsEndAt()
      await steps.noteEnding(owner, { epochs: waitsFor, dueAt: finalDueAt })
      await note(stream, context, {
        type: 'NoteCompleted',
        digests: sealed.digests,
        keys: keys.length,
        epochs: waitsFor.map((epoch) => epoch as Uuid<'kek-epoch'>),
        finalDueAt,
      })
    } catch (error) {
      await incomplete(stream, context, { step, tries: tries(state), error })
    }
  }

  async function backupsEndAt(): Promise<Instant> {
    const at = await clock.now()
    return dueAt(at, termOf(rulingFor('erase', at).settings.retention.backups))
  }

  async function end(stream: string, context: CommandContext): Promise<void> {
    const state = await erasures.state(stream)
    if (state.status !== 'completed') return
    const owner = { dossier: dossierOf(context), party: String(state.party) }
    try {
      for (const epoch of (await steps.finality(owner)).waitsFor) {
        const ended = await epochs.end(epoch)
        if (ended.kind === 'in-use') throw new NotClean([`${epoch}: keys unwrapped ${ended.keys}`])
      }
      const { final, waitsFor } = await steps.finality(owner)
      if (!final) throw new NotClean(waitsFor)
      await note(stream, context, { type: 'NoteFinal' })
    } catch (error) {
      await incomplete(stream, context, { step: 'epoch', tries: tries(state), error })
    }
  }

  /** @throws StoreError where not even this can be written: then the deadline is due again at once. */
  async function incomplete(
    stream: string,
    context: CommandContext,
    failed: { readonly step: Leftover; readonly tries: number; readonly error: unknown },
  ): Promise<void> {
    const { step, error } = failed
    logger.error({ part: 'erasing', step, stream, failure: nameOf(error) }, 'erasure incomplete')
    const left = leftovers.slice(leftovers.indexOf(step))
    const pauseMs = Math.min(2 ** failed.tries, PAUSE_MINUTES_MAX) * 60_000
    const againDueAt = new Date(Date.parse(await clock.now()) + pauseMs).toISOString() as Instant
    await note(stream, context, { type: 'NoteIncomplete', left, againDueAt })
  }

  return { erase, end }
}

const PAUSE_MINUTES_MAX = 60

type Bare<Command> = Command extends unknown ? Omit<Command, 'context'> : never
type Report = Bare<NoteErased | NoteIncomplete | NoteCompleted | NoteFinal>
type Owner = { readonly dossier: string; readonly party: string }
type PseudonymOf = Awaited<ReturnType<ServiceParts['vault']['pseudonym']>>

const tries = (state: ErasureOf<'granted' | 'erased' | 'completed'>): number => state.tries

function dossierOf({ dossier }: CommandContext): string {
  if (dossier === null) throw new TypeError('an erasure is of a dossier')
  return dossier
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
