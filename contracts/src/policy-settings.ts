/** The forms that a setting of the policy takes, and what may be read from one. */
import { z } from 'zod'

const explained = {
  /**
   * Who may set it (GOV-03): fixed nationally, a national minimum that a desk may only make
   * stricter (GOV-06), or free locally.
   */
  level: z.enum(['fixed', 'minimum', 'free']),
  /** Which way is stricter; given exactly for a minimum. */
  stricter: z.enum(['lower', 'higher']).optional(),
  /** `law` and `person` may be relied on; `default` is our dated, changeable choice. */
  mark: z.enum(['law', 'person', 'default']),
  text: z.strictObject({ nl: z.string().min(1), en: z.string().min(1) }),
}

const sayStricterForMinimum = (setting: { level: string; stricter?: string | undefined }) =>
  (setting.level === 'minimum') === (setting.stricter !== undefined)

/** A term in calendar units; statutory ones follow the Algemene termijnenwet. */
export const termSetting = z
  .strictObject({
    value: z.int().positive(),
    unit: z.enum(['workingDays', 'days', 'weeks', 'months', 'years']),
    kind: z.enum(['own', 'statutory']),
    ...explained,
  })
  .refine(sayStricterForMinimum, 'a minimum, and only a minimum, says what is stricter')

/** A length of time that knows no days. */
export const durationSetting = z
  .strictObject({
    value: z.int().positive(),
    unit: z.enum(['minutes', 'hours']),
    kind: z.literal('statutory').optional(),
    ...explained,
  })
  .refine(sayStricterForMinimum, 'a minimum, and only a minimum, says what is stricter')

/** A number of the things that `unit` names. */
export const numberSetting = z
  .strictObject({
    value: z.int().positive(),
    unit: z.string().regex(/^[a-z]+$/),
    ...explained,
  })
  .refine(sayStricterForMinimum, 'a minimum, and only a minimum, says what is stricter')

/** Codes in an order (`order`), or as a set: then `lower` means fewer and `higher` means more. */
export const codesSetting = z
  .strictObject({
    value: z.array(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)).min(1),
    unit: z.enum(['order', 'codes', 'acts']),
    ...explained,
  })
  .refine(sayStricterForMinimum, 'a minimum, and only a minimum, says what is stricter')

export type TermSetting = z.infer<typeof termSetting>
export type DurationSetting = z.infer<typeof durationSetting>
export type NumberSetting = z.infer<typeof numberSetting>

/** The term as a calendar counts it. */
export function termOf(setting: TermSetting): {
  readonly unit: TermSetting['unit']
  readonly count: number
  readonly kind: TermSetting['kind']
} {
  return { unit: setting.unit, count: setting.value, kind: setting.kind }
}

/** The length of time as a calendar counts it. */
export function durationOf(setting: DurationSetting): {
  readonly unit: DurationSetting['unit']
  readonly count: number
} {
  return { unit: setting.unit, count: setting.value }
}

/** Whether a desk may set its own value, in the same unit: never below the national minimum. */
export function acceptsLocalValue(
  setting: TermSetting | DurationSetting | NumberSetting,
  local: number,
): boolean {
  if (!Number.isInteger(local) || local < 1) return false
  if (setting.level === 'free') return true
  if (setting.level === 'fixed') return local === setting.value
  return setting.stricter === 'lower' ? local <= setting.value : local >= setting.value
}
