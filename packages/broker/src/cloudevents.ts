/**
 * CloudEvents 1.0 in binary mode, as the Kafka protocol binding writes it: attributes in headers `ce_*`, the data alone
 * in the value. Both adapters keep messages in this form.
 */
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { z } from 'zod'
import { BrokerError, type Message } from './port.ts'

export const DATA_BYTES_MAX = 65_536

/** What lies at the broker: the key chooses the partition, `null` where a foreign producer gave none. */
export interface Wire {
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array
}

const attributes = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().min(1),
  ce_source: z.string().min(1),
  ce_type: z.string().min(1),
  ce_subject: z.string().min(1),
  ce_time: z.iso.datetime({ offset: true }),
  ce_sequence: z.string().regex(/^[1-9][0-9]{0,14}$/),
  ce_sequencetype: z.literal('Integer'),
  'content-type': z.string().regex(/^application\/json(;|$)/),
  traceparent: z.string().optional(),
})
const object = z.record(z.string(), z.unknown())
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws BrokerError message-too-large when the data take more than `DATA_BYTES_MAX` bytes. */
export function encodeMessage(message: Message): Wire {
  const value = Buffer.from(canonicalJson(message.data), 'utf8')
  if (value.length > DATA_BYTES_MAX) {
    throw new BrokerError(
      'message-too-large',
      `${message.type} ${message.id}: ${value.length} bytes`,
    )
  }
  return {
    key: message.subject,
    headers: {
      ce_specversion: '1.0',
      ce_id: message.id,
      ce_source: message.source,
      ce_type: message.type,
      ce_subject: message.subject,
      ce_time: message.time,
      ce_sequence: String(message.sequence),
      ce_sequencetype: 'Integer',
      'content-type': 'application/json',
      ...(message.traceparent === null ? {} : { traceparent: message.traceparent }),
    },
    value,
  }
}

/** Undefined for what is no CloudEvent of this profile, or whose key is not its subject. Never throws. */
export function decodeMessage(wire: Wire): Message | undefined {
  const read = attributes.safeParse(wire.headers)
  if (!read.success || wire.key !== read.data.ce_subject) return undefined
  const parsed = object.safeParse(parseJson(wire.value))
  if (!parsed.success || Array.isArray(parsed.data)) return undefined
  const headers = read.data
  return {
    id: headers.ce_id,
    source: headers.ce_source,
    type: headers.ce_type,
    subject: headers.ce_subject,
    sequence: Number(headers.ce_sequence),
    time: headers.ce_time,
    traceparent: headers.traceparent ?? null,
    data: parsed.data,
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes))
  } catch {
    return undefined
  }
}

const envelope = z.object({
  key: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  value: z.base64(),
})

/** Headers and value in one piece, for the parking table: JSON with the value in base64. */
export function packWire(wire: Wire): Uint8Array {
  const value = Buffer.from(wire.value).toString('base64')
  return Buffer.from(JSON.stringify({ key: wire.key, headers: wire.headers, value }), 'utf8')
}

/** Reads what `packWire` made. */
export function unpackWire(raw: Uint8Array): Wire {
  const { key, headers, value } = envelope.parse(parseJson(raw))
  return { key, headers, value: Buffer.from(value, 'base64') }
}

/** Source and sequence as far as headers tell, of a wire form that may be broken otherwise. */
export function addressOf({
  headers,
}: Wire): { readonly source: string; readonly sequence: number } | undefined {
  const read = attributes.pick({ ce_source: true, ce_sequence: true }).safeParse(headers)
  if (!read.success) return undefined
  return { source: read.data.ce_source, sequence: Number(read.data.ce_sequence) }
}
