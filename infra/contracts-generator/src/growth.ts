/**
 * A published event only grows. What was promised is a schema that lies in the repository; what is promised now must keep
 * all of it. An existing field keeps its name, its form and whether it is always there; a closed list may gain values; new
 * fields may come, and may be absent, since older messages do not have them. Anything else is a new version of the type.
 */
import { asJson, type Json, type JsonValue } from './schema.ts'

/** One sentence per broken promise; an empty list is good. Schemas by type. */
export function brokenPromises(
  promised: ReadonlyMap<string, Json>,
  now: ReadonlyMap<string, Json>,
): readonly string[] {
  return [...promised].flatMap(([type, before]) => {
    const after = now.get(type)
    return after === undefined ? [`${type} was removed or renamed`] : compare(type, before, after)
  })
}

const onlyWords = new Set(['description', 'title', '$id', '$schema'])

function compare(at: string, before: Json, after: Json): readonly string[] {
  return [
    ...compareMembers(at, before, after),
    ...compareLists(at, before, after),
    ...compareItems(at, before, after),
    ...compareRest(at, before, after),
  ]
}

function compareMembers(at: string, before: Json, after: Json): readonly string[] {
  const old = asJson(before['properties'])
  const fresh = asJson(after['properties'])
  const wasRequired = listOf(before['required'])
  const isRequired = listOf(after['required'])
  return [
    ...Object.entries(old).flatMap(([name, schema]) => {
      const place = `${at} ${name}`
      if (fresh[name] === undefined) return [`${place} was removed or renamed`]
      const was = wasRequired.includes(name)
      const is = isRequired.includes(name)
      return [
        ...(was && !is ? [`${place} is no longer always there`] : []),
        ...(is && !was ? [`${place} became required`] : []),
        ...compare(place, asJson(schema), asJson(fresh[name])),
      ]
    }),
    ...Object.keys(fresh)
      .filter((name) => old[name] === undefined && isRequired.includes(name))
      .map((name) => `${at} ${name} is new and required: older messages do not have it`),
  ]
}

function compareLists(at: string, before: Json, after: Json): readonly string[] {
  if (before['enum'] === undefined && after['enum'] !== undefined) return [`${at} became a list`]
  const fresh = listOf(after['enum'])
  return listOf(before['enum'])
    .filter((value) => !fresh.includes(value))
    .map((value) => `${at} lost its value ${JSON.stringify(value)}`)
}

function compareItems(at: string, before: Json, after: Json): readonly string[] {
  return compareIfEither(`${at} items`, before['items'], after['items'])
}

function compareIfEither(at: string, before?: JsonValue, after?: JsonValue): readonly string[] {
  if (before === undefined && after === undefined) return []
  return compare(at, asJson(before), asJson(after))
}

const compared = new Set([...onlyWords, 'properties', 'required', 'enum', 'items'])

/** Type, form, bounds and whatever else there is: as it was, or it is another field. */
function compareRest(at: string, before: Json, after: Json): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .filter((name) => !compared.has(name))
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${at} changed its ${name}`)
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
