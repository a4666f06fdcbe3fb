/**
 * The reference register of organisations. **Fictive**, for demonstration and simulation. Only what
 * stands here can become a pattern or be put on the cooperation list, and of that only a legal
 * person: a sole trader or partnership never is, nor any human being.
 */
import { z } from 'zod'
import file from '../lists/organisations.json' with { type: 'json' }

const organisationSchema = z.strictObject({
  /** Register number, 8 digits. One legal person has one, however it is spelt. */
  number: z.string().regex(/^\d{8}$/),
  name: z.string(),
  /** Other spellings met in reports. */
  variants: z.array(z.string()),
  legalForm: z.enum([
    'bv',
    'nv',
    'stichting',
    'vereniging',
    'publiekrechtelijk',
    'vof',
    'eenmanszaak',
  ]),
  legalPerson: z.boolean(),
  kind: z.enum(['company', 'government', 'school', 'association']),
  /** Code of the list `sector`. */
  sector: z.string(),
  /** For a municipality: its code, so that its own people can be kept out of a matter about it. */
  municipality: z
    .string()
    .regex(/^GM\d{4}$/)
    .optional(),
  branches: z
    .array(
      z.strictObject({
        /** Branch number, 12 digits. */
        number: z.string().regex(/^\d{12}$/),
        name: z.string(),
        municipality: z.string().regex(/^GM\d{4}$/),
      }),
    )
    .min(1),
})
export type Organisation = z.infer<typeof organisationSchema>

const table = z
  .strictObject({
    fictive: z.literal(true),
    note: z.string(),
    organisations: z.array(organisationSchema),
  })
  .parse(file)

const byNumber: ReadonlyMap<string, Organisation> = new Map(
  table.organisations.map((one) => [one.number, one]),
)

export const organisations: readonly Organisation[] = table.organisations

/** By `number` or `number-branch`, as in published events; `undefined` when either is not there. */
export function organisation(id: string): Organisation | undefined {
  const [number = '', branch] = id.split('-')
  const found = byNumber.get(number)
  if (branch === undefined) return found
  return found?.branches.some((one) => one.number === branch) === true ? found : undefined
}

/** The register number that a pattern or count goes by: all branches of a legal person are one. */
export function registerNumber(organisationId: string): string {
  return organisationId.slice(0, 8)
}

/**
 * Everyone in the register who goes by that name, in any spelling. Two namesakes are two answers:
 * a person chooses, never the program. An empty list means: not in the register.
 */
export function organisationsNamed(written: string): readonly Organisation[] {
  const wanted = normalisedName(written)
  return organisations.filter((one) =>
    [one.name, ...one.variants, ...one.branches.map((branch) => branch.name)].some(
      (name) => normalisedName(name) === wanted,
    ),
  )
}

const legalForms = new Set(['bv', 'nv', 'vof', 'stichting', 'vereniging', 'cooperatie'])

/** Without case, accents, punctuation and legal form: "Jansen BV", "JANSEN B.V." → "jansen". */
export function normalisedName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' en ')
    .replace(/\b([a-z])\.(?=[a-z]\b)/g, '$1')
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== '')
  const named = words.filter((word) => !legalForms.has(word))
  // A name that is nothing but a legal form stays what it is.
  return (named.length > 0 ? named : words).join(' ')
}
