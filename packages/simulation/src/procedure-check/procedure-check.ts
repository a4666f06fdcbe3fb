/**
 * Rules of procedure, checked as an outsider would: on the ledger alone, entry after entry in its order, with what stands
 * before each entry and nothing else. Knows no code of the services.
 */
import type { Pool } from 'pg'
import { type Fact, readFacts, text } from './fact.ts'
import {
  equalFile,
  findingsAfterHearing,
  sealCoversAll,
  silenceAfterTerm,
} from './hearing-rules.ts'
import { sides } from './hearing-so-far.ts'
import { type LedgerSoFar, ledgerReader } from './ledger-so-far.ts'
import { holderByAcceptance, twoPersons } from './people-rules.ts'
import {
  dispatchUnderPermit,
  identityStaysHidden,
  nothingAfterWithdrawal,
  type Rule,
} from './sending-rules.ts'

const rules = {
  'dispatch-under-permit': dispatchUnderPermit,
  'identity-stays-hidden': identityStaysHidden,
  'nothing-after-withdrawal': nothingAfterWithdrawal,
  'findings-after-hearing': findingsAfterHearing,
  'silence-after-term': silenceAfterTerm,
  'equal-file': equalFile,
  'seal-covers-all': sealCoversAll,
  'holder-by-acceptance': holderByAcceptance,
  'two-persons': twoPersons,
} satisfies Readonly<Record<string, Rule>>

export interface Violation {
  readonly rule:
    | keyof typeof rules
    | 'closing-notice-sent'
    | 'hearing-sealed'
    | 'overtaken-offer-recalled'
  readonly stream: string
  /** Of the entry that breaks the rule; null where something is missing at the end. */
  readonly position: number | null
  readonly what: string
}

export interface ProcedureCheck {
  readonly violations: readonly Violation[]
  /** How often each kind of entry stands in the ledger. */
  readonly entriesOf: ReadonlyMap<string, number>
  /** How often each reason was given, by a desk, a partner or a rule: every refusal is itself a recorded fact. */
  readonly refusals: ReadonlyMap<string, number>
}

export async function checkProcedure(
  facts: AsyncIterable<Fact> | Iterable<Fact>,
): Promise<ProcedureCheck> {
  const soFar = ledgerReader()
  const violations: Violation[] = []
  const entriesOf = new Map<string, number>()
  const refusals = new Map<string, number>()
  for await (const fact of facts) {
    for (const [rule, wrongWith] of Object.entries(rules) as [keyof typeof rules, Rule][]) {
      const what = wrongWith(fact, soFar)
      if (what === undefined) continue
      violations.push({ rule, stream: fact.stream, position: fact.position, what })
    }
    soFar.note(fact)
    count(entriesOf, kindOf(fact))
    const reason = refusalIn(fact)
    if (reason !== '') count(refusals, reason)
  }
  return { violations: [...violations, ...missingAtTheEnd(soFar)], entriesOf, refusals }
}

export const checkLedger = (pool: Pool, ledgerTable: string): Promise<ProcedureCheck> =>
  checkProcedure(readFacts(pool, ledgerTable))

function missingAtTheEnd(ledger: LedgerSoFar): readonly Violation[] {
  const unnoticed = [...ledger.hearings]
    .filter(([, one]) => one.end === 'withdrawn' && one.isReached && !one.isNoticed)
    .map(([stream]): Violation => {
      const what = 'the respondent was reached and never told that it ended'
      return { rule: 'closing-notice-sent', stream, position: null, what }
    })
  const unsealed = [...ledger.hearings]
    .filter(([, one]) => one.unsealed !== '')
    .map(([stream, { unsealed: after }]): Violation => {
      const what = `no checkpoint was given to the parties after ${after}`
      return { rule: 'hearing-sealed', stream, position: null, what }
    })
  const overtaken = [...ledger.referrals]
    .filter(([, one]) => one.overtakenAt !== undefined && !one.isRecalled)
    .map(([stream, { overtakenAt }]): Violation => {
      const what = 'offered under a cancelled permit and never called back'
      const position = overtakenAt ?? null
      return { rule: 'overtaken-offer-recalled', stream, position, what }
    })
  return [...unnoticed, ...unsealed, ...overtaken]
}

/** Category and type, and whose it is where it is about one side: `hearing/SilenceRecorded/respondent`. */
function kindOf({ stream, type, data }: Fact): string {
  const side = sides.find((one) => one === data['author'] || one === data['party'])
  const category = stream.slice(0, stream.indexOf('-'))
  return `${category}/${type}${side === undefined ? '' : `/${side}`}`
}

/** A reaction that a rule refused was nobody's wish, and counts for nobody. */
function refusalIn(fact: Fact): string {
  const isRefusal = fact.type.endsWith('Refused') || fact.type.endsWith('Withheld')
  if (!isRefusal || fact.type === 'ReactionRefused') return ''
  return text(fact, 'reason') || text(fact, 'why')
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
