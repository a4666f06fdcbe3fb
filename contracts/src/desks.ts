/**
 * Desks and whom they serve. The assignment is **fictive**, by safety region, until an owner brings
 * the real one. A municipality without a connected desk (*witte vlek*) is served by no desk: it
 * falls to the national safety net (ROU-08). A desk is an office, never a person.
 */
import { z } from 'zod'
import file from '../lists/desks.json' with { type: 'json' }
import { municipality, municipalityNow } from './municipalities.ts'
import { holdsOn, validityFields } from './validity.ts'

/** The desk of the national layer: it assigns, and handles what no local desk can. */
export const nationalDesk = 'landelijk'

const deskId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)

const deskSchema = z.strictObject({
  id: deskId,
  name: z.string(),
  kind: z.enum(['local', 'national']),
  regions: z.array(z.string().regex(/^VR\d{2}$/)),
  /** Where it sits, and whether that is neutral ground and no town hall (INT-18). */
  town: z.string(),
  neutralGround: z.boolean(),
  email: z.email(),
  /** Desks to turn to for a second person or when this one is too close, nearest first. */
  neighbours: z.array(deskId),
  /** A desk of one person finds every second person elsewhere. */
  onePerson: z.boolean(),
  /** True for the desks that have accounts in the demonstration. */
  demo: z.boolean(),
  ...validityFields,
})
export type Desk = z.infer<typeof deskSchema>

const table = z
  .strictObject({
    fictive: z.literal(true),
    note: z.string(),
    desks: z.array(deskSchema),
    unconnected: z.array(
      z.strictObject({ municipality: z.string().regex(/^GM\d{4}$/), ...validityFields }),
    ),
  })
  .parse(file)

const desksById: ReadonlyMap<string, Desk> = new Map(table.desks.map((one) => [one.id, one]))

/** Whenever it existed; `undefined` for an id that never did. */
export function desk(id: string): Desk | undefined {
  return desksById.get(id)
}

export function desksOn(on: string): readonly Desk[] {
  return table.desks.filter((one) => holdsOn(one, on))
}

/**
 * The id of the local desk that serves the municipality on that day, or `null`: a *witte vlek*, an
 * unknown code, or no desk in the region. `null` never means that nobody helps: `nationalDesk` does.
 */
export function deskServing(municipalityCode: string, on: string): string | null {
  if (isUnconnected(municipalityCode, on)) return null
  const place = municipalityNow(municipalityCode, on) ?? municipality(municipalityCode)
  if (place === undefined || isUnconnected(place.code, on)) return null
  const serving = desksOn(on).find((one) => one.regions.includes(place.region))
  return serving?.id ?? null
}

/** True for a municipality that is connected to no desk on that day. */
export function isUnconnected(municipalityCode: string, on: string): boolean {
  return table.unconnected.some((one) => one.municipality === municipalityCode && holdsOn(one, on))
}

/**
 * The nearest other desk on that day that is not in `except`: for a second person, or when this
 * desk is too close to a party. After its neighbours comes the national desk; `null` when that one
 * is excluded too, or is itself the one that asks.
 */
export function neighbouringDesk(
  id: string,
  on: string,
  except: readonly string[] = [],
): string | null {
  const candidates = [...(desksById.get(id)?.neighbours ?? []), nationalDesk]
  const near = candidates.find((other) => {
    const found = desksById.get(other)
    return other !== id && found !== undefined && holdsOn(found, on) && !except.includes(other)
  })
  return near ?? null
}
