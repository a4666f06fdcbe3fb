import { type Walked, walk } from '@wederhoor/simulation/walk/walk'
import {
  type FinishedSpan,
  spanMemory,
  startTelemetry,
  type Telemetry,
} from '@wederhoor/telemetry/telemetry'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseServices } from './services.ts'
import { openTestInstance, type TestInstance } from './test-instance.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
/** The span of the client, whose one course of things this is. */
const clientSpan = '00f067aa0ba902b7'

const memory = spanMemory()
let telemetry: Telemetry
let instance: TestInstance
let walked: Walked

beforeAll(async () => {
  telemetry = startTelemetry({ service: 'house', version: '1.0.0', exporter: memory.exporter })
  instance = await openTestInstance({ traceparent: `00-${traceId}-${clientSpan}-01` })
  walked = await walk(instance.walkWorld, () => {})
  await instance.house.settled()
})

afterAll(async () => {
  await instance.close()
  await telemetry.shutdown()
})

const ours = () => memory.spans().filter((span) => span.traceId === traceId)

/** Names of a span and of all that led to it, the span first, as far as the client. */
function wayBack(spanId: string): readonly string[] {
  const byId = new Map(ours().map((span) => [span.spanId, span]))
  const names: string[] = []
  for (let at: string | null = spanId; at !== clientSpan; ) {
    const span: FinishedSpan | undefined = at === null ? undefined : byId.get(at)
    if (span === undefined) return [...names, 'nothing']
    names.push(span.name)
    at = span.parentSpanId
  }
  return [...names, 'client']
}

async function entries(where: string, values: readonly unknown[]): Promise<readonly Entry[]> {
  const { rows } = await instance.owner.query<{ text: string }>(
    `SELECT convert_from(bytes, 'UTF8') AS text FROM ${instance.house.ledgerTable} WHERE ${where}`,
    [...values],
  )
  return rows.map(({ text }) => JSON.parse(text) as Entry)
}

interface Entry {
  readonly type: string
  readonly trace: string | null
  readonly causation: string | null
  readonly correlation: string | null
  readonly actor: { readonly role: string }
}

interface Sent {
  readonly topic: string
  readonly subject: string
  readonly type: string
  readonly traceparent: string | undefined
}

async function messages(): Promise<readonly Sent[]> {
  const { rows } = await instance.owner.query<{ topic: string; headers: Record<string, string> }>(
    'SELECT topic, headers FROM broker.message',
  )
  return rows.map(({ topic, headers }) => ({
    topic,
    subject: String(headers['ce_subject']),
    type: String(headers['ce_type']),
    traceparent: headers['traceparent'],
  }))
}

describe('a line that one client walks under one trace', () => {
  test('is one trace from the melding to the answered signal, through every service on the way', () => {
    const names = new Set(ours().map((span) => span.name))
    expect([...names]).toEqual(
      expect.arrayContaining(['POST /v1/meldingen', 'POST /v1/signals/:signal/answer']),
    )
    const announcing = houseServices.map(({ name }) => name).filter((name) => name !== 'audit')
    expect([...names]).toEqual(
      expect.arrayContaining(announcing.map((name) => `send ${name}.events.v1`)),
    )
  })

  test('leads from everything that happened back to a request of the client', () => {
    const ends = new Set(ours().map((span) => wayBack(span.spanId).at(-1)))
    expect([...ends]).toEqual(['client'])
  })

  test('goes from a request over the relay to the consumer, and on to whoever hears that one', () => {
    const ways = new Set(ours().map((span) => wayBack(span.spanId).join(' < ')))
    const twice = [...ways].filter((way) => way.split(' < send ').length > 2)
    const from = 'nl.antidiscriminatievoorziening'
    const accepted = `process ${from}.intake.handover-accepted.v1 < send intake.events.v1 < POST /v1/meldingen/:dossier/acceptance < client`
    expect([...ways]).toContain(accepted)
    expect(twice).toContain(
      `process ${from}.case.case-opened.v1 < send case.events.v1 < ${accepted}`,
    )
  })

  test('is written into each entry of the dossier that somebody or a message made', async () => {
    const found = await entries('dossier = $1', [walked.dossier])
    const made = found.filter((entry) => entry.actor.role !== 'clock')
    expect(made.length).toBeGreaterThan(20)
    const elsewhere = made.filter((entry) => entry.trace?.split('-')[1] !== traceId)
    expect(elsewhere.map((entry) => entry.type)).toEqual([])
  })

  test('travels in the header of each message about the dossier', async () => {
    const sent = (await messages()).filter((message) => message.subject === walked.dossier)
    expect(new Set(sent.map((message) => message.topic)).size).toBeGreaterThanOrEqual(4)
    for (const { type, traceparent } of sent)
      expect([type, traceparent]).toEqual([
        type,
        expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)),
      ])
  })
})

describe('the count of a report', () => {
  test('carries no trace, causation or correlation that would lead back to its dossier', async () => {
    const counts = await entries("type = 'ReportCounted'", [])
    expect(counts).toHaveLength(3)
    for (const count of counts)
      expect(count).toMatchObject({ trace: null, causation: null, correlation: null })
  })

  test('is announced and heard outside the trace', async () => {
    const sent = (await messages()).filter((message) => message.subject.startsWith('count/'))
    expect(sent).toHaveLength(3)
    for (const { traceparent } of sent) expect(traceparent).not.toContain(traceId)
    expect(ours().filter((span) => /report-counted/.test(span.name))).toEqual([])
  })
})
