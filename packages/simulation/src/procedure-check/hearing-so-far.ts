/** Of one hearing: its documents and who has them, its requests, and how far each side was heard. */
import { type Fact, text } from './fact.ts'

export type Side = 'melder' | 'respondent'

export interface DocumentSoFar {
  readonly kind: 'draft' | 'statement' | 'report' | 'findings' | 'closing-notice'
  readonly author: Side | 'office'
  readonly round: number
  digest: string
  isStruck: boolean
  readonly servedTo: Set<Side>
  readonly withheldFrom: Set<Side>
  readonly withholdingProposedBy: Map<Side, string>
  readonly openedBy: Set<string>
}

export interface RequestSoFar {
  readonly act: string
  readonly document: string
  readonly to: Side
  readonly isReminder: boolean
}

export interface TermSoFar {
  readonly document: string
  readonly fromAt: string
  readonly silenceDays: number
  silenceDueAt: string
  isReminded: boolean
}

export interface VoiceSoFar {
  is: 'not-asked' | 'asked' | 'heard' | 'silent' | 'declined'
  term: TermSoFar | undefined
}

export interface HearingSoFar {
  readonly dossier: string
  readonly melder: string
  readonly respondent: string
  readonly draft: string
  readonly documents: Map<string, DocumentSoFar>
  readonly requests: Map<string, RequestSoFar>
  readonly voices: Readonly<Record<Side, VoiceSoFar>>
  isSkipped: boolean
  skipProposedBy: string
  /** The draft has left the house at some time. */
  isReached: boolean
  isNoticed: boolean
  /** The last that had to be sealed and has no seal behind it; empty where all have one. */
  unsealed: string
  end: string
}

/** After these both parties are given a checkpoint. */
const sealedAfter: ReadonlySet<string> = new Set([
  'DocumentDispatched',
  'ReminderSent',
  'DeliveryProven',
  'DocumentWithheld',
  'RespondentSkipped',
  'HearingEnded',
  'HearingDetached',
])

export const sides = ['melder', 'respondent'] as const satisfies readonly Side[]
export const otherSide = (side: Side): Side => (side === 'melder' ? 'respondent' : 'melder')

export function noteHearing(hearings: Map<string, HearingSoFar>, fact: Fact): void {
  if (fact.type === 'HearingPrepared') {
    hearings.set(fact.stream, prepared(fact))
    return
  }
  const hearing = hearings.get(fact.stream)
  if (hearing === undefined) return
  noteDocuments(hearing, fact)
  noteVoices(hearing, fact)
  if (sealedAfter.has(fact.type)) hearing.unsealed = fact.type
  switch (fact.type) {
    case 'SkipProposed':
      hearing.skipProposedBy = fact.by
      return
    case 'RespondentSkipped':
      hearing.isSkipped = true
      return
    case 'HearingEnded':
      hearing.end = text(fact, 'end')
      return
    case 'HearingReopened':
      hearing.end = ''
      return
    case 'HearingSealed':
      hearing.unsealed = ''
  }
}

function prepared(fact: Fact): HearingSoFar {
  const draft = text(fact, 'document')
  return {
    dossier: fact.dossier ?? '',
    melder: text(fact, 'melder'),
    respondent: text(fact, 'respondent'),
    draft,
    documents: new Map([[draft, newDocument(fact, 'draft', 'melder', 1)]]),
    requests: new Map(),
    voices: {
      melder: { is: 'heard', term: undefined },
      respondent: { is: 'not-asked', term: undefined },
    },
    isSkipped: false,
    skipProposedBy: '',
    isReached: false,
    isNoticed: false,
    unsealed: '',
    end: '',
  }
}

function newDocument(
  fact: Fact,
  kind: DocumentSoFar['kind'],
  author: DocumentSoFar['author'],
  round: number,
): DocumentSoFar {
  return {
    kind,
    author,
    round,
    digest: fact.commitments['/content'] ?? '',
    isStruck: false,
    servedTo: new Set(),
    withheldFrom: new Set(),
    withholdingProposedBy: new Map(),
    openedBy: new Set(),
  }
}

function noteDocuments(hearing: HearingSoFar, fact: Fact): void {
  const id = text(fact, 'document')
  const document = hearing.documents.get(id)
  switch (fact.type) {
    case 'DraftRevised':
      if (document !== undefined) document.digest = fact.commitments['/content'] ?? ''
      return
    case 'StatementReceived': {
      const author = text(fact, 'author') as Side
      hearing.documents.set(id, newDocument(fact, 'statement', author, Number(fact.data['round'])))
      return
    }
    case 'DocumentAdded':
      hearing.documents.set(
        id,
        newDocument(fact, text(fact, 'kind') as DocumentSoFar['kind'], 'office', 0),
      )
      return
    case 'FindingsMade':
      hearing.documents.set(id, newDocument(fact, 'findings', 'office', 0))
      return
    case 'StatementRetracted':
    case 'FindingsReopened':
      if (document !== undefined) document.isStruck = true
      return
    case 'DocumentOpened':
      document?.openedBy.add(fact.by)
      return
    case 'WithholdingProposed':
      document?.withholdingProposedBy.set(text(fact, 'from') as Side, fact.by)
      return
    case 'DocumentWithheld':
      document?.withheldFrom.add(text(fact, 'from') as Side)
      return
    case 'WithholdingLifted':
      document?.withheldFrom.delete(text(fact, 'from') as Side)
      return
    case 'PermitRequested':
      hearing.requests.set(text(fact, 'request'), {
        act: text(fact, 'act'),
        document: id,
        to: text(fact, 'to') as Side,
        isReminder: text(fact, 'purpose') === 'remind',
      })
      return
    case 'DocumentDispatched':
      if (id === hearing.draft) hearing.isReached = true
      if (document?.kind === 'closing-notice') hearing.isNoticed = true
      return
    case 'DeliveryProven':
      document?.servedTo.add(text(fact, 'to') as Side)
  }
}

function noteVoices(hearing: HearingSoFar, fact: Fact): void {
  const party = text(fact, 'party') as Side
  switch (fact.type) {
    case 'TermStarted':
      startTerm(hearing, fact)
      return
    case 'TermExtended':
      for (const side of sides) extendTerm(hearing.voices[side].term, fact.data[side])
      return
    case 'ReminderSent': {
      const { term } = hearing.voices[text(fact, 'to') as Side]
      if (term === undefined) return
      term.isReminded = true
      term.silenceDueAt = text(fact, 'silenceDueAt')
      return
    }
    case 'StatementReceived':
      hearing.voices[text(fact, 'author') as Side].is = 'heard'
      return
    case 'SilenceRecorded':
      hearing.voices[party].is = 'silent'
      return
    case 'HearingDeclined':
      hearing.voices[party].is = 'declined'
  }
}

/** Whoever spoke about it before the proof came in was heard about it. */
function startTerm(hearing: HearingSoFar, fact: Fact): void {
  const party = text(fact, 'party') as Side
  const document = text(fact, 'document')
  const round = hearing.documents.get(document)?.round ?? 0
  const dues = fact.data['dues'] as { readonly silenceDueAt: string }
  const length = fact.data['days'] as { readonly silence: number }
  const voice = hearing.voices[party]
  voice.term = {
    document,
    fromAt: text(fact, 'fromAt'),
    silenceDays: length.silence,
    silenceDueAt: dues.silenceDueAt,
    isReminded: false,
  }
  const spoke = [...hearing.documents.values()].some(
    (one) => one.author === party && one.round > round,
  )
  if (!spoke) voice.is = 'asked'
}

function extendTerm(term: TermSoFar | undefined, dues: unknown): void {
  if (term === undefined || typeof dues !== 'object' || dues === null) return
  if ('silenceDueAt' in dues) term.silenceDueAt = String(dues.silenceDueAt)
}
