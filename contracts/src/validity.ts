import { z } from 'zod'

/** Dated settings: `validFrom` and `validUntil` are both days on which the thing still holds. */
export const validityFields = {
  validFrom: z.iso.date(),
  validUntil: z.iso.date().optional(),
}

export interface Validity {
  readonly validFrom: string
  readonly validUntil?: string | undefined
}

/** `on` is a date, `YYYY-MM-DD`, or an instant, of which the date in UTC counts. */
export function holdsOn(validity: Validity, on: string): boolean {
  const date = on.slice(0, 10)
  return validity.validFrom <= date && (validity.validUntil ?? date) >= date
}
