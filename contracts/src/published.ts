/**
 * A published event: what one service tells the others. Every field is open and says why; nothing sensitive ever leaves
 * by this way, so there is no other kind of field here. A published event only grows: an incompatible change is a new
 * type with a higher `vN`, sent beside the old one for a while.
 */
import { z } from 'zod'

export interface PublishedField<Schema extends z.ZodType = z.ZodType> {
  readonly reason: string
  readonly schema: Schema
}

/** Declares a field that every consumer may read, with the reason why. */
export const open = <Schema extends z.ZodType>(
  reason: string,
  schema: Schema,
): PublishedField<Schema> => ({
  reason,
  schema,
})

export type ServiceName = 'intake' | 'case' | 'mediation' | 'referral' | 'signalling'

type Shape<Fields extends Readonly<Record<string, PublishedField>>> = {
  [Key in keyof Fields]: Fields[Key]['schema']
}

export interface PublishedDeclaration<
  Name extends string = string,
  Fields extends Readonly<Record<string, PublishedField>> = Readonly<
    Record<string, PublishedField>
  >,
> {
  readonly service: ServiceName
  readonly name: Name
  readonly version: number
  /** CloudEvents `type`: reverse DNS, ends in `.vN`. */
  readonly type: string
  /** `dossier`, or the kind that stands before the id in a subject without a dossier. */
  readonly subject: 'dossier' | 'count' | 'pattern' | 'signal' | 'covenant'
  readonly summary: string
  readonly fields: Fields
  readonly schema: z.ZodObject<Shape<Fields>>
}

export function published<
  const Name extends string,
  Fields extends Readonly<Record<string, PublishedField>>,
>(event: {
  readonly service: ServiceName
  readonly name: Name
  readonly version: number
  readonly subject: PublishedDeclaration['subject']
  readonly summary: string
  readonly fields: Fields
}): PublishedDeclaration<Name, Fields> {
  const shape = Object.fromEntries(
    Object.entries(event.fields).map(([name, field]) => [name, field.schema]),
  )
  return {
    ...event,
    type: `nl.antidiscriminatievoorziening.${event.service}.${event.name}.v${event.version}`,
    schema: z.object(shape as Shape<Fields>),
  }
}

/** The event as code reads it: `name` tells which one, beside its fields. */
export type PublishedOf<Declaration> =
  Declaration extends PublishedDeclaration<infer Name, infer Fields>
    ? { readonly name: Name } & Readonly<z.output<z.ZodObject<Shape<Fields>>>>
    : never

/**
 * The data of one event, checked. What does not satisfy its own contract is a bug of the sender, so it throws.
 * `subject` is the dossier, or `<kind>/<id>`.
 */
export function publish<
  Name extends string,
  Fields extends Readonly<Record<string, PublishedField>>,
>(
  declaration: PublishedDeclaration<Name, Fields>,
  id: string,
  data: z.input<z.ZodObject<Shape<Fields>>>,
): {
  readonly type: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
} {
  const subject = declaration.subject === 'dossier' ? id : `${declaration.subject}/${id}`
  return {
    type: declaration.type,
    subject,
    data: declaration.schema.parse(data) as Record<string, unknown>,
  }
}

/**
 * Reads the types it was given. A type it was not given is undefined: a consumer takes what it knows.
 * @throws ZodError when the data does not satisfy the contract: such a message is parked.
 */
export function reader<const Declarations extends readonly PublishedDeclaration[]>(
  declarations: Declarations,
) {
  const byType = new Map(declarations.map((one) => [one.type, one]))
  return (message: {
    readonly type: string
    readonly data: unknown
  }): PublishedOf<Declarations[number]> | undefined => {
    const declaration = byType.get(message.type)
    if (declaration === undefined) return undefined
    const data = declaration.schema.parse(message.data)
    return { name: declaration.name, ...data } as unknown as PublishedOf<Declarations[number]>
  }
}

/** The topic of a service's published events. */
export const topicOf = (service: ServiceName): string => `${service}.events.v1`
