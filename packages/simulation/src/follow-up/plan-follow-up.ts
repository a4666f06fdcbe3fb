/** What follows an acceptance, drawn from the report's own seed. Pure. Shares without a source are ours. */
import { chainPartnersOn } from '@wederhoor/contracts/partners'
import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import type { PlannedMelding } from '../year.ts'

export interface PlannedHearing {
  readonly kind: 'complaint' | 'general-letter'
  readonly respondent: { readonly organisation: string } | { readonly name: string }
  /** What the respondent does with the complaint: late is after recorded silence. */
  readonly respondentWill: 'answer' | 'answer-late' | 'stay-silent' | 'decline' | 'answer-formally'
  readonly melderWill: 'add-nothing' | 'reply' | 'stay-silent'
  readonly end: 'exchanged' | 'findings'
  readonly withdraws: 'never' | 'before-dispatch' | 'after-service'
  /** For safety the respondent is not asked: two persons decide that. */
  readonly isSkipped: boolean
  /** The answer is kept from the melder: two persons decide that. */
  readonly isWithheld: boolean
  readonly comesBackFirst: boolean
  readonly opensByCode: boolean
}

export interface PlannedReferral {
  readonly partner: string
  readonly purpose: 'hulp' | 'aangifte'
  readonly partnerWill: 'help' | 'refuse' | 'stay-silent' | 'forget-to-report'
  readonly isWithdrawn: boolean
}

export interface PlannedFollowUp {
  readonly hearing: PlannedHearing | undefined
  readonly referral: PlannedReferral | undefined
  readonly outcome: 'opgelost' | 'erkenning-of-excuus' | 'niet-opgelost'
}

const generatedRespondentShare = 0.5
const referralShare = 0.3
const partnerWeights = { slachtofferhulp: 40, 'juridisch-loket': 25, crm: 10, politie: 25 } as const

/** Only a melder who asks for help, decides for themself and can be reached is followed: undefined for all others. */
export function planFollowUp(planned: PlannedMelding): PlannedFollowUp | undefined {
  const { asksForHelp, anonymous, body, key } = planned
  if (!asksForHelp || anonymous || body['victimConsents'] !== true) return undefined
  const random = seededRandom(`follow-up/${key}`)
  return {
    hearing: planHearing(random.fork('hearing'), planned),
    referral: planReferral(random.fork('referral'), planned),
    outcome: random.weighted({ opgelost: 40, 'erkenning-of-excuus': 30, 'niet-opgelost': 30 }),
  }
}

function planHearing(own: SeededRandom, planned: PlannedMelding): PlannedHearing | undefined {
  const organisation = planned.classification['organisation']
  const isGenerated = own.chance(generatedRespondentShare)
  if (typeof organisation !== 'string' && !isGenerated) return undefined
  const { cooperation } = planned
  const other = own.weighted({ decline: 50, 'answer-formally': 50 })
  const isLate = own.chance(0.2)
  return {
    kind: own.chance(0.08) ? 'general-letter' : 'complaint',
    respondent:
      typeof organisation === 'string'
        ? { organisation }
        : { name: `Verzonnen wederpartij ${1 + own.below(900)}` },
    respondentWill:
      cooperation === 'silent'
        ? 'stay-silent'
        : cooperation === 'other'
          ? other
          : isLate
            ? 'answer-late'
            : 'answer',
    melderWill: own.weighted({ 'add-nothing': 70, reply: 15, 'stay-silent': 15 }),
    end: own.weighted({ exchanged: 65, findings: 35 }),
    withdraws: own.weighted({ never: 86, 'before-dispatch': 6, 'after-service': 8 }),
    isSkipped: own.chance(0.04),
    isWithheld: own.chance(0.08),
    comesBackFirst: own.chance(0.05),
    opensByCode: own.chance(0.3),
  }
}

function planReferral(own: SeededRandom, planned: PlannedMelding): PlannedReferral | undefined {
  if (!own.chance(referralShare)) return undefined
  const kind = own.weighted(partnerWeights)
  const police = chainPartnersOn(planned.at).filter((one) => one.kind === 'politie')
  return {
    partner: kind === 'politie' ? own.pick(police).code : kind,
    purpose: kind === 'politie' ? 'aangifte' : 'hulp',
    partnerWill: own.weighted({ help: 65, refuse: 12, 'stay-silent': 13, 'forget-to-report': 10 }),
    isWithdrawn: own.chance(0.06),
  }
}
