import { readdir, readFile } from 'node:fs/promises'
import { encodeMessage } from '@wederhoor/broker/cloudevents'
import { allPublishedEvents, publishedEvents } from '@wederhoor/contracts/published-events'
import { expectGolden } from '@wederhoor/vault/golden'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { headersOf } from './asyncapi.ts'
import { committedFiles, promisedIn } from './committed.ts'
import { generatedFiles, goldenDirectory, promisedNow } from './generated.ts'
import { brokenPromises } from './growth.ts'
import { describePublishedFields } from './open-fields.ts'
import { asJson, type Json } from './schema.ts'

interface Golden {
  readonly type: string
  readonly examples: readonly { readonly subject: string; readonly data: Json }[]
}

const committed = await committedFiles()
const goldens: readonly Golden[] = await Promise.all(
  (await readdir(goldenDirectory))
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => JSON.parse(await readFile(new URL(name, goldenDirectory), 'utf8'))),
)
const examplesOf = (type: string) => goldens.find((one) => one.type === type)?.examples ?? []
const accepts = (schema: Json, value: unknown): boolean =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success

describe('the generated files in the repository', () => {
  test('are what is generated now: otherwise run `npm run contracts`', () => {
    const now = generatedFiles()
    expect([...committed.keys()].sort()).toEqual([...now.keys()].sort())
    for (const [path, text] of now) expect(committed.get(path), path).toBe(text)
  })

  test('promise nothing that the events of today no longer keep', () => {
    expect(brokenPromises(promisedIn(committed), promisedNow())).toEqual([])
    expect(promisedIn(committed).size).toBe(allPublishedEvents.length)
  })

  test('are the same on every run', () => {
    expect([...generatedFiles()]).toEqual([...generatedFiles()])
  })
})

describe('the list of open fields', () => {
  test('of all published events was reviewed', async () => {
    await expectGolden(
      describePublishedFields(allPublishedEvents),
      new URL('open-fields.txt', goldenDirectory),
    )
  })
})

describe.each([...promisedIn(committed)])('the JSON Schema of %s', (type, schema) => {
  test('accepts the golden examples, and none that lacks what is always there', () => {
    const required = schema['required']
    expect(Array.isArray(required) && required.length > 0).toBe(true)
    expect(examplesOf(type).length).toBeGreaterThan(0)
    for (const { data } of examplesOf(type)) {
      expect(accepts(schema, data)).toBe(true)
      for (const name of required as readonly string[]) {
        const { [name]: _gone, ...rest } = data
        expect(accepts(schema, rest), name).toBe(false)
      }
    }
  })

  test('leaves no room for a sentence about a person', () => {
    for (const [name, field] of Object.entries(asJson(schema['properties']))) {
      for (const { data } of examplesOf(type)) {
        const sentence = { ...data, [name]: 'Jan de Vries uit Zeist belde' }
        expect(accepts(schema, sentence), `${name} ${JSON.stringify(field)}`).toBe(false)
      }
    }
  })
})

describe.each(Object.entries(publishedEvents))('the AsyncAPI document of %s', (service, events) => {
  const document: Json = JSON.parse(committed.get(`asyncapi/${service}.json`) ?? '{}')

  test('has one topic that carries each of its events once', () => {
    const channel = asJson(asJson(document['channels'])['events'])
    expect(document['asyncapi']).toBe('3.0.0')
    expect(channel['address']).toBe(`${service}.events.v1`)
    const messages = asJson(asJson(document['components'])['messages'])
    expect(Object.values(messages).map((message) => asJson(message)['name'])).toEqual(
      events.map((event) => event.type),
    )
    expect(Object.keys(asJson(channel['messages']))).toEqual(Object.keys(messages))
  })

  test('refers to nothing that is not in it', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)
    const found = [...references].map(([, path]) =>
      (path ?? '').split('/').reduce<Json>((at, name) => asJson(at[name]), document),
    )
    expect(found.length).toBe(events.length * 3 + 1)
    for (const target of found) expect(Object.keys(target).length).toBeGreaterThan(0)
  })

  test('says of the headers what really goes over the wire', () => {
    for (const event of events) {
      const headers = headersOf(event)
      for (const { subject, data } of examplesOf(event.type)) {
        const wire = encodeMessage({
          id: '0d5f2a9b-6c31-5e84-9b7a-1f3c8e2d7a60',
          source: `urn:nld:oin:00000099000000000001:systeem:${service}`,
          type: event.type,
          subject,
          sequence: 7,
          time: '2024-03-01T09:14:27.310Z',
          traceparent: null,
          data,
        })
        expect(wire.key).toBe(subject)
        expect(accepts(headers, wire.headers)).toBe(true)
        for (const name of Object.keys(wire.headers)) {
          const { [name]: _gone, ...rest } = wire.headers
          expect(accepts(headers, rest), name).toBe(false)
          expect(accepts(headers, { ...wire.headers, [name]: 'something' }), name).toBe(false)
        }
        expect(JSON.parse(Buffer.from(wire.value).toString('utf8'))).toEqual(data)
      }
    }
  })
})
