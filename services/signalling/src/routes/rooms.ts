/** What the routes of signalling work with. */
import type { Clock } from '@wederhoor/calendar/clock'
import { endOfDay, type Instant } from '@wederhoor/calendar/instants'
import { rulingFor } from '@wederhoor/contracts/ruling'
import type { CommandContext } from '@wederhoor/decider/decider'
import type { CommandHandler } from '@wederhoor/decider/handler'
import type { contexts } from '@wederhoor/http/command-context'
import { inputProblem, type Problem, problem } from '@wederhoor/http/problem'
import { type Request, screenOf } from '@wederhoor/http/request'
import type { Actor } from '@wederhoor/identity/actor'
import type { Sealed } from '@wederhoor/vault/fields'
import type { Vault } from '@wederhoor/vault/port'
import type { SignalEvent } from '../domain/events.ts'
import type { Addressee, SignalCommand, SignalRejection } from '../domain/signal/commands.ts'
import type { ExistingSignal, Signal } from '../domain/signal/state.ts'
import type { CooperationViews } from '../views/cooperation.ts'
import type { FiguresViews } from '../views/figures.ts'
import type { PatternViews } from '../views/patterns.ts'
import type { SignalRow, SignalViews } from '../views/signals.ts'
import { refusal } from './refusals.ts'

export const office = ['analyst', 'national-coordinator'] as const
export const outside = ['addressee', 'municipality'] as const

export interface Line {
  readonly type: SignalEvent['type']
  readonly at: string
  readonly role: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly sealed: Sealed<string> | undefined
}

export interface SignallingRooms {
  readonly signals: SignalViews
  readonly patterns: PatternViews
  readonly figures: FiguresViews
  readonly cooperation: CooperationViews
  readonly vault: Vault
  readonly clock: Clock
  /** The context of a command on a signal, under the power that covers the act. */
  context(request: Request, signal: string, act: string): Promise<CommandContext>
  /** Decides and appends; a refusal of a rule becomes its problem, also one on record. The state after it. */
  handle(signal: string, command: SignalCommand): Promise<ExistingSignal>
  /**
   * The signal, if this account may know of it: the office all of them, an addressee what was sent to it. Anybody else is
   * refused, and that is recorded under the signal.
   */
  known(request: Request, signal: string): Promise<ExistingSignal>
  row(request: Request, signal: string): Promise<SignalRow>
  /** The history of a signal; texts stay sealed. */
  lines(signal: string): Promise<readonly Line[]>
  /** Opens texts: one reading, one entry in the access log. `undefined`: erased. */
  open(
    request: Request,
    signal: string,
    sealed: readonly Sealed<string>[],
  ): Promise<readonly (string | undefined)[]>
}

export function signallingRooms(parts: {
  readonly signals: SignalViews
  readonly patterns: PatternViews
  readonly figures: FiguresViews
  readonly cooperation: CooperationViews
  readonly vault: Vault
  readonly clock: Clock
  readonly handler: CommandHandler<SignalCommand, SignalEvent, Signal, SignalRejection>
  readonly contextOf: ReturnType<typeof contexts>
}): SignallingRooms {
  const { vault, clock, handler, contextOf, ...views } = parts

  async function known(request: Request, signal: string): Promise<ExistingSignal> {
    const state = await handler.state(streamOf(signal))
    if (state.status === 'unknown') throw noSuchSignal()
    if (isOffice(request.actor)) return state
    const wasSent = state.status !== 'drafted' && state.status !== 'approved'
    if (wasSent && addresseeOf(request.actor) === state.addressee) return state
    await vault.denied({
      ...(await reading(request, signal)),
      reason: wasSent ? 'other-addressee' : 'not-sent',
    })
    throw problem(403, { code: 'forbidden', detail: 'This signal is not for your organisation.' })
  }

  /** What the access log says of a reading; the texts of a signal lie under its own id. */
  const reading = async (request: Request, signal: string) => ({
    dossier: signal,
    actor: request.actor,
    purpose: 'signalering',
    screen: screenOf(request),
    at: await clock.now(),
    trace: null,
  })

  return {
    ...views,
    vault,
    clock,
    known,
    async context(request, signal, act) {
      const { power } = rulingFor(act, await clock.now())
      return contextOf(request, { dossier: null, scope: streamOf(signal), power })
    },
    async handle(signal, command) {
      const handled = await handler.handle(streamOf(signal), command)
      if (handled.kind === 'rejected') throw refusal(handled.rejection)
      const last = handled.events.at(-1)
      if (last?.type === 'ApprovalRefused') throw refusal({ reason: last.why })
      if (handled.state.status === 'unknown') throw noSuchSignal()
      return handled.state
    },
    async row(request, signal) {
      await known(request, signal)
      const row = await views.signals.one(signal)
      // The view is a moment behind the stream.
      if (row === undefined) throw noSuchSignal()
      return row
    },
    async lines(signal) {
      const recorded = await handler.load(streamOf(signal))
      return recorded.map(({ event, entry }) => ({
        type: event.type,
        at: event.at,
        role: entry.actor.role,
        facts: Object.fromEntries(Object.entries(event).filter(([name]) => !unsaid.has(name))),
        sealed: 'text' in event ? event.text : undefined,
      }))
    },
    async open(request, signal, sealed) {
      if (sealed.length === 0) return []
      const opened = await vault.open({ ...(await reading(request, signal)), sealed })
      return opened.map((one) => (one.kind === 'opened' ? String(one.value) : undefined))
    },
  }
}

/** Said elsewhere in the line, or nobody's business: who exactly it was. */
const unsaid: ReadonlySet<string> = new Set(['type', 'at', 'by', 'signal', 'text'])

export const streamOf = (signal: string): string => `signal-${signal}`

export const isOffice = (actor: Actor): boolean => office.some((role) => actor.roles.includes(role))

/** For whom an account from outside speaks; a municipality by its code. */
export const addresseeOf = (actor: Actor): Addressee | undefined =>
  actor.organisation === null ? undefined : (actor.organisation.toLowerCase() as Addressee)

const noSuchSignal = (): Problem => refusal({ reason: 'no-such-signal' })

/** The end of a day that somebody named, if it still lies ahead. */
export function endOfPlanned(
  on: string | undefined,
  at: string,
  path: string,
): Instant | undefined {
  if (on === undefined) return undefined
  const ends = endOfDay(on)
  if (ends <= at)
    throw inputProblem([{ path, code: 'in-the-past', message: 'this day has passed' }])
  return ends
}
