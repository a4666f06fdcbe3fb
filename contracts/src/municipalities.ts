/**
 * The Dutch municipalities with their region. A merger keeps the old row with `validUntil` and
 * `successor`: what was registered under the old code stays under it. `planned` changes are known
 * but not in force: nothing here acts on them until a row is changed.
 */
import { z } from 'zod'
import file from '../lists/municipalities.json' with { type: 'json' }
import { holdsOn, validityFields } from './validity.ts'

const municipalityCode = z.string().regex(/^GM\d{4}$/)
const regionCode = z.string().regex(/^VR\d{2}$/)

const municipalitiesSchema = z.strictObject({
  source: z.string(),
  note: z.string(),
  validFrom: z.iso.date(),
  planned: z.array(
    z.strictObject({
      municipality: municipalityCode,
      successor: municipalityCode,
      on: z.iso.date(),
      state: z.string(),
    }),
  ),
  regions: z.array(
    z.strictObject({
      code: regionCode,
      name: z.string(),
      province: z.string(),
      policeUnit: z.string(),
    }),
  ),
  municipalities: z.array(
    z.strictObject({
      code: municipalityCode,
      name: z.string(),
      region: regionCode,
      inhabitants: z.int().positive(),
      validFrom: validityFields.validFrom.optional(),
      validUntil: validityFields.validUntil,
      successor: municipalityCode.optional(),
    }),
  ),
})

export interface Municipality {
  /** `GM0363`: the code of Statistics Netherlands. */
  readonly code: string
  readonly name: string
  /** Safety region, `VR13`. */
  readonly region: string
  readonly regionName: string
  readonly province: string
  readonly policeUnit: string
  /** On 1 January 2022. */
  readonly inhabitants: number
  readonly validFrom: string
  readonly validUntil?: string | undefined
  /** The municipality that goes on with the area after `validUntil`. */
  readonly successor?: string | undefined
}

const table = municipalitiesSchema.parse(file)
const regionsByCode = new Map(table.regions.map((region) => [region.code, region]))
const byCode: ReadonlyMap<string, Municipality> = new Map(
  table.municipalities.map((row) => {
    const region = regionsByCode.get(row.region)
    if (region === undefined) throw new TypeError(`${row.code} lies in no region ${row.region}`)
    const { name: regionName, province, policeUnit } = region
    const validFrom = row.validFrom ?? table.validFrom
    return [row.code, { ...row, regionName, province, policeUnit, validFrom }]
  }),
)

export interface PlannedMerger {
  readonly municipality: string
  readonly successor: string
  readonly on: string
  readonly state: string
}

/** Announced, not in force. */
export const plannedMergers: readonly PlannedMerger[] = table.planned

/** Whenever it existed; `undefined` for a code that never did. */
export function municipality(code: string): Municipality | undefined {
  return byCode.get(code)
}

/** Those that exist on that day, by code. */
export function municipalitiesOn(on: string): readonly Municipality[] {
  return [...byCode.values()].filter((one) => holdsOn(one, on))
}

/** The municipality that serves the area on that day: itself, or who followed it. */
export function municipalityNow(code: string, on: string): Municipality | undefined {
  let found = byCode.get(code)
  while (found !== undefined && !holdsOn(found, on) && found.successor !== undefined) {
    found = byCode.get(found.successor)
  }
  return found !== undefined && holdsOn(found, on) ? found : undefined
}
