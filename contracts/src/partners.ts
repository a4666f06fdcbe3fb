/** Receivers of referrals, and the ministries that signals go to. Organisations, never persons. */
import { z } from 'zod'
import partnersFile from '../lists/chain-partners.json' with { type: 'json' }
import ministriesFile from '../lists/ministries.json' with { type: 'json' }
import { hasMark } from './lists.ts'
import { holdsOn, validityFields } from './validity.ts'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)

const chainPartnerSchema = z.strictObject({
  code,
  name: z.string(),
  /** Code of the list `ketenpartner`. */
  kind: code,
  /** For the police: the unit, as municipalities name it. */
  policeUnit: z.string().optional(),
  ...validityFields,
})
export type ChainPartner = z.infer<typeof chainPartnerSchema>

const { partners } = z
  .strictObject({ note: z.string(), partners: z.array(chainPartnerSchema) })
  .parse(partnersFile)

export function chainPartner(partnerCode: string): ChainPartner | undefined {
  return partners.find((one) => one.code === partnerCode)
}

export function chainPartnersOn(on: string): readonly ChainPartner[] {
  return partners.filter((one) => holdsOn(one, on))
}

/** True for police and prosecution: they get data only under a valid covenant (REF-07). */
export function needsCovenant(partner: ChainPartner, on: string): boolean {
  return hasMark('ketenpartner', partner.kind, 'covenant', on)
}

const ministrySchema = z.strictObject({ code, name: z.string(), ...validityFields })
export type Ministry = z.infer<typeof ministrySchema>

const portfolio = z
  .strictObject({
    note: z.string(),
    coordinating: code,
    ministries: z.array(ministrySchema),
    assignments: z.array(
      z.strictObject({
        terrein: code,
        ministries: z.array(code).min(1),
        ...validityFields,
        verified: z.boolean(),
        source: z.string(),
      }),
    ),
  })
  .parse(ministriesFile)

export function ministry(ministryCode: string): Ministry | undefined {
  return portfolio.ministries.find((one) => one.code === ministryCode)
}

export function ministriesOn(on: string): readonly Ministry[] {
  return portfolio.ministries.filter((one) => holdsOn(one, on))
}

/** Codes of the ministries that a signal about the field goes to, the leading one first. */
export function ministriesFor(terrein: string, on: string): readonly string[] {
  const assigned = portfolio.assignments.find((one) => one.terrein === terrein && holdsOn(one, on))
  return assigned?.ministries ?? [portfolio.coordinating]
}
