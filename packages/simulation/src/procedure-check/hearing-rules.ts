/** Both sides: heard before findings, silent only when term and reminder have passed, and with the same file. */
import { type Fact, text } from './fact.ts'
import { type HearingSoFar, otherSide, type Side, sides } from './hearing-so-far.ts'
import type { LedgerSoFar } from './ledger-so-far.ts'
import type { Rule } from './sending-rules.ts'

const DAY_MS = 86_400_000

export const findingsAfterHearing: Rule = (fact, before) => {
  if (fact.type !== 'FindingsMade') return undefined
  const hearing = before.hearings.get(fact.stream)
  if (hearing === undefined) return 'there is no hearing'
  if (!hearing.isSkipped && !hearing.documents.get(hearing.draft)?.servedTo.has('respondent'))
    return 'that the respondent has the complaint was not proven'
  for (const side of sides) {
    const { is } = hearing.voices[side]
    if (side === 'respondent' && hearing.isSkipped) continue
    if (is === 'not-asked' || is === 'asked') return `the ${side} was not heard`
  }
  return unequal(hearing)
}

export const silenceAfterTerm: Rule = (fact, before) => {
  if (fact.type !== 'SilenceRecorded') return undefined
  const side = text(fact, 'party') as Side
  const hearing = before.hearings.get(fact.stream)
  const voice = hearing?.voices[side]
  const term = voice?.term
  if (hearing === undefined || voice === undefined || term === undefined) return 'no term ran'
  if (!hearing.documents.get(term.document)?.servedTo.has(side)) return 'delivery was not proven'
  if (voice.is !== 'asked') return `the ${side} was ${voice.is}`
  if (!term.isReminded) return 'no reminder was sent'
  if (fact.at <= term.silenceDueAt) return 'the term had not passed'
  const lastedDays = (Date.parse(fact.at) - Date.parse(term.fromAt)) / DAY_MS
  // A term ends with a day on the wall, and days may have 23 hours.
  return lastedDays < term.silenceDays - 1
    ? `only ${Math.floor(lastedDays)} days had passed since delivery`
    : undefined
}

export const equalFile: Rule = (fact: Fact, before: LedgerSoFar) => {
  if (fact.type !== 'HearingEnded') return undefined
  const hearing = before.hearings.get(fact.stream)
  const end = text(fact, 'end')
  if (hearing === undefined || (end !== 'exchanged' && end !== 'findings')) return undefined
  return unequal(hearing)
}

export const sealCoversAll: Rule = (fact, before) => {
  if (fact.type !== 'HearingSealed') return undefined
  const entries = before.hearingEntries.get(fact.stream) ?? 0
  const covered = Number(fact.data['size'])
  return covered === entries
    ? undefined
    : `it covers ${covered} entries, and ${entries} stand before it`
}

/** What one side has and the other neither got nor had withheld from it. */
function unequal(hearing: HearingSoFar): string | undefined {
  for (const { kind, author, isStruck, servedTo, withheldFrom } of hearing.documents.values()) {
    if (kind === 'closing-notice' || isStruck) continue
    const receivers = author === 'office' ? sides : [otherSide(author)]
    const missing = receivers.find((side) => !servedTo.has(side) && !withheldFrom.has(side))
    if (missing === 'respondent' && hearing.isSkipped) continue
    if (missing !== undefined) return `the ${missing} did not get a ${kind} of the ${author}`
  }
  return undefined
}
