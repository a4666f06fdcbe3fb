/**
 * Policy is data with a version: terms, thresholds, routing, powers and their texts. A version is a
 * file, `policy/<version>.json`, and never changes: `policy/policies.sha256.json` holds the SHA-256
 * of its canonical form, which a service compares at its start. Handlers put the values that apply
 * into the command and record the version; a decision never reads policy by itself.
 */
import { z } from 'zod'
import policy202401 from '../policy/2024-01.json' with { type: 'json' }
import hashes from '../policy/policies.sha256.json' with { type: 'json' }
import { codesSetting, durationSetting, numberSetting, termSetting } from './policy-settings.ts'
import { holdsOn, validityFields } from './validity.ts'

const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

/**
 * A power (*bevoegdheid*): what acts rest on, by version (BEV-11). One that is not active does not
 * exist: no act can name it. `reserved` ones must be addable later without touching old cases;
 * `forbidden` ones are listed so that their absence can be read.
 */
const powerSchema = z
  .strictObject({
    code,
    version: z.string().regex(/^\d+$/),
    active: z.boolean(),
    ...validityFields,
    reserve: z.enum(['reserved', 'forbidden']).optional(),
    layers: z.array(z.enum(['local', 'regional', 'national'])),
    mark: z.enum(['law', 'person', 'default']),
    basis: z.string().min(1),
    text: z.strictObject({ nl: z.string().min(1), en: z.string().min(1) }),
    /** The acts that rest on it; each act rests on one power. */
    acts: z.array(code),
  })
  .refine(
    (power) => power.active === (power.reserve === undefined),
    'a power is active or held back, one of the two',
  )
  .refine((power) => power.active === power.acts.length > 0, 'an act needs an active power')

const policySchema = z.strictObject({
  version: z.string().regex(/^\d{4}-\d{2}$/),
  ...validityFields,
  note: z.string(),
  settings: z.strictObject({
    intake: z.strictObject({
      acceptWithin: termSetting,
      firstContactWithin: termSetting,
      refusalsBeforeAssignment: numberSetting,
      assignWithin: termSetting,
      routeBy: codesSetting,
      contactTries: numberSetting,
      contactChannels: numberSetting,
      codeGuessesPerHour: numberSetting,
      sourceGuessesPerHour: numberSetting,
    }),
    case: z.strictObject({
      permitValidFor: durationSetting,
      inboundReplyWithin: termSetting,
      deputiesMin: numberSetting,
      dangerReviewWithin: termSetting,
      adviceFollowUpWithin: termSetting,
      objectionTerm: termSetting,
      dismissalTerm: termSetting,
      complaintOffenceTerm: termSetting,
      breachTellWithin: durationSetting,
      rightsAnswerWithin: termSetting,
      holdReviewWithin: termSetting,
    }),
    mediation: z.strictObject({
      answerWithin: termSetting,
      remindAfter: termSetting,
      silentAfter: termSetting,
      remindersMax: numberSetting,
      hearingWithin: termSetting,
      hearingExtension: termSetting,
      extensionsMax: numberSetting,
      officialHoldReviewWithin: termSetting,
      governmentHandling: termSetting,
      governmentHandlingCommittee: termSetting,
      governmentExtension: termSetting,
      respondentInformedWithin: termSetting,
      cooperationThreshold: numberSetting,
      cooperationWindow: termSetting,
      cooperationLapse: termSetting,
    }),
    referral: z.strictObject({
      seenWithin: termSetting,
      acceptWithin: termSetting,
      contactWithin: termSetting,
      feedbackWithin: termSetting,
      covenantKinds: codesSetting,
      minimumFields: codesSetting,
    }),
    signalling: z.strictObject({
      patternDesks: numberSetting,
      patternWindow: termSetting,
      signalAnswerWithin: termSetting,
      smallestGroup: numberSetting,
    }),
    people: z.strictObject({ secondPersonFor: codesSetting }),
    retention: z.strictObject({
      contactWithoutMelding: termSetting,
      melding: termSetting,
      klacht: termSetting,
      respondentNeverContacted: termSetting,
      /** How long a backup is kept: until then it could open what was erased. */
      backups: termSetting,
    }),
    evidence: z.strictObject({
      /** How often somebody from outside the house verifies each ledger. */
      ledgerCheckEvery: termSetting,
    }),
  }),
  powers: z.array(powerSchema),
})

export type Policy = z.infer<typeof policySchema>
export type Power = z.infer<typeof powerSchema>

/** Reads a policy file. Throws a `ZodError` that names every field that is missing or wrong. */
export function loadPolicy(json: unknown): Policy {
  return policySchema.parse(json)
}

const files: readonly unknown[] = [policy202401]
const policies = files.map(loadPolicy)

/** Every version there ever was, oldest first. */
export const policyVersions: readonly string[] = policies.map((policy) => policy.version)

export function policyVersion(version: string): Policy | undefined {
  return policies.find((policy) => policy.version === version)
}

/** The version in force on a date or instant; `undefined` before the first. */
export function policyInForceOn(on: string): Policy | undefined {
  return policies.findLast((policy) => holdsOn(policy, on))
}

/** The active power on which an act rests on that day; `undefined`: nobody has it, so refuse. */
export function powerFor(policy: Policy, act: string, on: string): Power | undefined {
  return policy.powers.find(
    (power) => power.active && power.acts.includes(act) && holdsOn(power, on),
  )
}

/**
 * What a version's hash is taken over, as UTF-8: RFC 8785 for documents whose numbers are integers,
 * which the schema sees to. Independent of layout and of the order of members in the file.
 */
export function canonicalPolicy(version: string): string | undefined {
  const index = policyVersions.indexOf(version)
  return index < 0 ? undefined : canonical(files[index])
}

/** SHA-256 of the canonical form in lower-case hex, as published with the version. */
export function publishedPolicyHash(version: string): string | undefined {
  return new Map(Object.entries(hashes)).get(version)
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}
