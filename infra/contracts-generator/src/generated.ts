/** All generated files: their text by path below `contracts/generated`. */

import type { ServiceName } from '@wederhoor/contracts/published'
import { allPublishedEvents, publishedEvents } from '@wederhoor/contracts/published-events'
import { asyncApiOf } from './asyncapi.ts'
import { printJson } from './print-json.ts'
import { type Json, schemaOf } from './schema.ts'

/** Where they lie, and the golden examples beside them. */
export const generatedDirectory = new URL('../../../contracts/generated/', import.meta.url)
export const goldenDirectory = new URL('../../../contracts/golden/', import.meta.url)

/** What is promised now: a schema by type. */
export const promisedNow = (): ReadonlyMap<string, Json> =>
  new Map(allPublishedEvents.map((event) => [event.type, schemaOf(event)]))

export function generatedFiles(): ReadonlyMap<string, string> {
  const schemas = [...promisedNow()].map(
    ([type, schema]) => [`schemas/${type}.json`, printJson(schema)] as const,
  )
  const documents = Object.entries(publishedEvents).map(
    ([service, events]) =>
      [`asyncapi/${service}.json`, printJson(asyncApiOf(service as ServiceName, events))] as const,
  )
  return new Map([...schemas, ...documents])
}
