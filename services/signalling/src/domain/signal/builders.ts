/** Builders for tests: commands and histories of a signal with fixed ids and instants. */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type { SignalEvent, SignalNamed } from '../events.ts'
import type {
  Addressee,
  AdviceId,
  AnswerSignal,
  DraftSignal,
  RecordFollowUp,
  SignalCommand,
} from './commands.ts'

const instant = (text: string): Instant => text as Instant
export const start = instant('2024-03-01T09:00:00.000Z')
export const answerDueAt = instant('2024-04-12T21:59:59.999Z')
export const tooLate = instant('2024-04-12T22:00:00.000Z')
export const followUpDueAt = instant('2024-09-30T21:59:59.999Z')
export const adviceDueAt = instant('2024-03-08T22:59:59.999Z')

const human = (digit: number) => `a1a1a1a1-0000-4000-8000-00000000000${digit}` as Uuid<'Pseudonym'>
export const sara = human(1)
export const stef = human(2)
export const nora = human(3)
export const minister = human(4)

export const signal = '9c1d2e3f-4a5b-5c6d-8e7f-901234567890' as Uuid<'SignalId'>
export const szw = 'szw' as Addressee
export const bzk = 'bzk' as Addressee
export const advice = (nth = 1) => `0b0a7c52-8a56-4c7e-9d51-2f8a4be3ef1${nth}` as AdviceId

/** A commitment that differs for each name. */
export const sealed = (name: string): Sealed<string> => ({
  sealed: name.padEnd(43, '0').slice(0, 43) as Digest,
})

export function context(
  change: { readonly at?: Instant; readonly by?: Uuid<'Pseudonym'> } = {},
): CommandContext {
  return {
    id: 'b7c5e0d2-56f0-5c1a-9f7d-8a2b3c4d5e6f',
    at: change.at ?? start,
    occurredAt: change.at ?? start,
    dossier: null,
    actor: { role: 'analyst', desk: 'landelijk', pseudonym: change.by ?? sara },
    power: { code: 'signalering', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

export const draft = (change: Partial<DraftSignal> = {}): DraftSignal => ({
  type: 'DraftSignal',
  context: context(),
  signal,
  addressee: szw,
  basis: 'figures',
  terrein: 'arbeidsmarkt' as Uuid<'terrein'>,
  from: '2024-01' as DraftSignal['from'],
  until: '2024-02' as DraftSignal['until'],
  text: sealed('text'),
  ...change,
})

export function drafted(change: Partial<DraftSignal> = {}): SignalNamed<'SignalDrafted'> {
  const { context: of, ...facts } = draft(change)
  return { ...facts, type: 'SignalDrafted', by: of.actor.pseudonym, at: of.at }
}

export const revise = (name = 'better', by = sara): SignalCommand => ({
  type: 'ReviseSignal',
  text: sealed(name),
  context: context({ by }),
})
export const openIt = (by = stef): SignalCommand => ({
  type: 'OpenSignal',
  context: context({ by }),
})
export const approve = (by = stef): SignalCommand => ({
  type: 'ApproveSignal',
  context: context({ by }),
})
export const send = (dueAt = answerDueAt): SignalCommand => ({
  type: 'SendSignal',
  dueAt,
  context: context(),
})
const outside = (at = start) => context({ by: minister, at })
export const receive = (addressee = szw): SignalCommand => ({
  type: 'ReceiveSignal',
  addressee,
  context: outside(),
})
export const answer = (change: Partial<AnswerSignal> = {}): AnswerSignal => ({
  type: 'AnswerSignal',
  context: outside(),
  addressee: szw,
  action: 'maatregel' as Uuid<'antwoord-signaal'>,
  followUpDueAt,
  text: sealed('answer'),
  ...change,
})
export const followUp = (change: Partial<RecordFollowUp> = {}): RecordFollowUp => ({
  type: 'RecordFollowUp',
  context: context(),
  progress: 'done',
  text: sealed('follow-up'),
  ...change,
})
export const ask = (nth = 1, addressee = szw): SignalCommand => ({
  type: 'AskAdvice',
  context: outside(),
  addressee,
  advice: advice(nth),
  text: sealed(`question-${nth}`),
  dueAt: adviceDueAt,
})
export const give = (nth = 1): SignalCommand => ({
  type: 'GiveAdvice',
  context: context(),
  advice: advice(nth),
  text: sealed(`advice-${nth}`),
})
export const reached = (
  deadline: 'answer' | 'follow-up' | 'advice',
  dueAt: Instant,
): SignalCommand => ({
  type: 'DeadlineReached',
  deadline,
  dueAt,
  context: context({ at: instant('2024-12-31T00:00:00.000Z') }),
})

export const textDigest = sealed('text').sealed
export const opened = { type: 'SignalOpened', signal, by: stef, textDigest, at: start } as const
export const approved = { ...opened, type: 'SignalApproved' } as const
export const sent = {
  type: 'SignalSent',
  signal,
  by: sara,
  addressee: szw,
  at: start,
  dueAt: answerDueAt,
} as const
export const overdue = { type: 'SignalOverdue', signal, addressee: szw, at: tooLate } as const

export function answered(change: Partial<SignalNamed<'SignalAnswered'>> = {}) {
  const { context: of, ...facts } = answer()
  const event: SignalNamed<'SignalAnswered'> = {
    ...facts,
    type: 'SignalAnswered',
    signal,
    by: minister,
    late: false,
    at: of.at,
    ...change,
  }
  return event
}

export const toDraft: readonly SignalEvent[] = [drafted()]
export const toApproved: readonly SignalEvent[] = [...toDraft, opened, approved]
export const toSent: readonly SignalEvent[] = [...toApproved, sent]
export const toOverdue: readonly SignalEvent[] = [...toSent, overdue]
export const toAnswered: readonly SignalEvent[] = [...toSent, answered()]
