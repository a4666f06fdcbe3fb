/** What the ledger has said up to some entry, as far as the rules of procedure need it. */
import { type DossierSoFar, newDossier, noteDossier } from './dossier-so-far.ts'
import { type Fact, text } from './fact.ts'
import { type HearingSoFar, noteHearing } from './hearing-so-far.ts'
import { noteReferral, type ReferralSoFar } from './referral-so-far.ts'

export interface LedgerSoFar {
  readonly dossiers: ReadonlyMap<string, DossierSoFar>
  /** By stream. */
  readonly hearings: ReadonlyMap<string, HearingSoFar>
  /** How many entries there are, by stream of a hearing. */
  readonly hearingEntries: ReadonlyMap<string, number>
  /** By stream. */
  readonly referrals: ReadonlyMap<string, ReferralSoFar>
  /** By stream: who has written, and who has opened, the text of a signal as it stands. */
  readonly signals: ReadonlyMap<string, SignalSoFar>
}

export interface SignalSoFar {
  readonly writers: Set<string>
  readonly openedBy: Set<string>
}

export interface LedgerReader extends LedgerSoFar {
  note(fact: Fact): void
}

export function ledgerReader(): LedgerReader {
  const dossiers = new Map<string, DossierSoFar>()
  const hearings = new Map<string, HearingSoFar>()
  const hearingEntries = new Map<string, number>()
  const referrals = new Map<string, ReferralSoFar>()
  const signals = new Map<string, SignalSoFar>()

  function dossierOf(id: string): DossierSoFar {
    const known = dossiers.get(id) ?? newDossier()
    dossiers.set(id, known)
    return known
  }

  return {
    dossiers,
    hearings,
    hearingEntries,
    referrals,
    signals,
    note(fact) {
      const [category] = fact.stream.split('-')
      if (category === 'melding' || category === 'case')
        noteDossier(dossierOf(fact.dossier ?? ''), fact)
      if (category === 'hearing') {
        hearingEntries.set(fact.stream, (hearingEntries.get(fact.stream) ?? 0) + 1)
        noteHearing(hearings, fact)
      }
      if (category === 'referral') {
        const permit = dossierOf(fact.dossier ?? '').permits.get(text(fact, 'permit'))
        noteReferral(referrals, fact, permit?.isCancelled === true)
      }
      if (category === 'signal') noteSignal(signals, fact)
    },
  }
}

function noteSignal(signals: Map<string, SignalSoFar>, { stream, type, by }: Fact): void {
  const known = signals.get(stream) ?? { writers: new Set(), openedBy: new Set() }
  signals.set(stream, known)
  if (type === 'SignalDrafted' || type === 'SignalRevised') known.writers.add(by)
  if (type === 'SignalRevised') known.openedBy.clear()
  if (type === 'SignalOpened') known.openedBy.add(by)
}
