/**
 * AsyncAPI 3.0 of one service's topic: CloudEvents 1.0 in Kafka's binary mode under the NL GOV profile. Payload schemas
 * stand in the document itself; they use only what AsyncAPI's own schema format and JSON Schema 2020-12 share.
 */
import {
  type PublishedDeclaration,
  type ServiceName,
  topicOf,
} from '@wederhoor/contracts/published'
import { type Json, schemaOf } from './schema.ts'

const uuid = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'

const about = `One message per published event, in the Kafka binding's binary mode: the attributes of the event in headers
\`ce_*\`, the data alone in the value, never null. The key is the subject. Order holds within one (source, subject) and
nowhere else: \`ce_sequence\` counts there from 1 without gaps, and a repeat carries the number it had. A consumer takes one
version of a type, ignores types and members that it does not know, and keeps codes that are on no list it has. Nothing
personal stands in any attribute or field.`

export function asyncApiOf(service: ServiceName, events: readonly PublishedDeclaration[]): Json {
  const topic = topicOf(service)
  const messages = Object.fromEntries(events.map((event) => [keyOf(event), messageOf(event)]))
  const schemas = Object.fromEntries(events.map((event) => [keyOf(event), payloadOf(event)]))
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Wederhoor ${service}: published events`,
      version: '1.0.0',
      description: about.replaceAll('\n', ' '),
      contact: {
        name: 'Wederhoor',
        email: 'beheer@wederhoor.example',
        url: 'https://wederhoor.example',
      },
      license: { name: 'EUPL-1.2', url: 'https://eupl.eu/1.2/en/' },
    },
    defaultContentType: 'application/json',
    channels: {
      events: {
        address: topic,
        title: topic,
        summary: `What ${service} tells the others.`,
        messages: Object.fromEntries(
          events.map((event) => [keyOf(event), { $ref: `#/components/messages/${keyOf(event)}` }]),
        ),
        bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
      },
    },
    operations: {
      announce: {
        action: 'send',
        summary: 'Each once, perhaps repeated under the same id and sequence.',
        channel: { $ref: '#/channels/events' },
        messages: events.map((event) => ({ $ref: `#/channels/events/messages/${keyOf(event)}` })),
      },
    },
    components: { messages, schemas },
  }
}

const keyOf = ({ name, version }: PublishedDeclaration): string => `${name}.v${version}`

function messageOf(event: PublishedDeclaration): Json {
  return {
    name: event.type,
    title: `${event.name} v${event.version}`,
    summary: event.summary,
    contentType: 'application/json',
    headers: headersOf(event),
    payload: { $ref: `#/components/schemas/${keyOf(event)}` },
    bindings: {
      kafka: {
        key: { type: 'string', description: 'The subject of the event, as in `ce_subject`.' },
        bindingVersion: '0.5.0',
      },
    },
  }
}

/** The dialect is the document's own here. */
function payloadOf(event: PublishedDeclaration): Json {
  const { $schema: _dialect, ...schema } = schemaOf(event)
  return schema
}

/** CloudEvents attributes of the NL GOV profile, as they stand in the headers of a message. */
export function headersOf(event: PublishedDeclaration): Json {
  const subject = event.subject === 'dossier' ? uuid : `${event.subject}/${uuid}`
  const what = event.subject === 'dossier' ? 'The dossier.' : `\`${event.subject}/\` and its id.`
  return {
    type: 'object',
    properties: {
      ce_specversion: { type: 'string', const: '1.0' },
      ce_id: {
        type: 'string',
        format: 'uuid',
        description: 'UUIDv5 of the entry and the type: the same on every repeat.',
      },
      ce_source: {
        type: 'string',
        pattern: `^urn:nld:oin:\\d{20}:systeem:${event.service}$`,
        description: 'The OIN of the organisation and the system that says so.',
      },
      ce_type: { type: 'string', const: event.type },
      ce_subject: { type: 'string', pattern: `^${subject}$`, description: what },
      ce_time: {
        type: 'string',
        format: 'date-time',
        description: 'When the fact was recorded, in UTC.',
      },
      ce_sequence: {
        type: 'string',
        pattern: '^[1-9][0-9]{0,14}$',
        description:
          'Per subject (within the source), from 1, without gaps; not over the topic and not over the partition.',
      },
      ce_sequencetype: { type: 'string', const: 'Integer' },
      'content-type': { type: 'string', pattern: '^application/json(;|$)' },
      traceparent: { type: 'string', description: 'W3C trace context; absent where none was.' },
    },
    required: [
      'ce_specversion',
      'ce_id',
      'ce_source',
      'ce_type',
      'ce_subject',
      'ce_time',
      'ce_sequence',
      'ce_sequencetype',
      'content-type',
    ],
  }
}
