/** JSON Schema (2020-12) of a published event, made from the Zod schema that the services themselves decode with. */
import type { PublishedDeclaration } from '@wederhoor/contracts/published'
import { z } from 'zod'

export type Json = { readonly [name: string]: JsonValue }
export type JsonValue = string | number | boolean | null | Json | readonly JsonValue[]

const uuidPattern = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
const instantPattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$'

/**
 * What a consumer in any language checks the data of a message against. Further members are allowed: a published event
 * grows. The description of each field is the reason why everybody may read it.
 */
export function schemaOf(declaration: PublishedDeclaration): Json {
  const { properties, required = [], $schema } = made(declaration.schema)
  const described = Object.entries(declaration.fields).map(([name, { reason }]) => [
    name,
    { description: reason, ...asJson(asJson(properties)[name]) },
  ])
  return {
    $schema: $schema ?? null,
    $id: `urn:wederhoor:event:${declaration.type}`,
    title: `${declaration.name} v${declaration.version}`,
    description: declaration.summary,
    type: 'object',
    properties: Object.fromEntries(described),
    required,
  }
}

/** Zod's own patterns for ids and instants change with its versions; these say the same and stay. */
function made(schema: z.ZodType): Json {
  const json = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'uuid') jsonSchema.pattern = uuidPattern
      if (jsonSchema.format === 'date-time') jsonSchema.pattern = instantPattern
    },
  })
  return JSON.parse(JSON.stringify(json))
}

export function asJson(value: JsonValue | undefined): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
