/**
 * The entry: what is hashed, kept and exported. Format: RFC 8785 canonical JSON in UTF-8, smaller than 64 KiB.
 * Canonicalised once, here; whoever verifies works on the bytes and never canonicalises again.
 */
import type { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { freshBytes } from './random-stock.ts'

/** ISO 8601, UTC, milliseconds: `2024-03-01T09:00:00.000Z`. */
export type Instant = string & z.core.$brand<'Instant'>
/** A random id that names one human within one scope. */
export type Pseudonym = string & z.core.$brand<'Pseudonym'>

/** Who did it: a role at a desk, named by a pseudonym that holds within one dossier only. */
export interface EntryActor {
  readonly role: string
  readonly desk: string | null
  readonly pseudonym: Pseudonym
}

/** The power (bevoegdheid) an act rests on, in the version that was in force (BEV-11). */
export interface EntryPower {
  readonly code: string
  readonly version: string
}

export interface Entry {
  readonly v: 1
  /** The ledger's origin: a schemeless URL; ends in `/simulated` where the clock was. */
  readonly ledger: string
  readonly dossier: string | null
  readonly stream: string
  readonly revision: number
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  /** 128 random bits, base64url, so that no leaf hash can be guessed. */
  readonly n: string
  /** The operator's clock when the entry was sealed: ISO 8601, UTC, milliseconds. A claim, not a proof. */
  readonly recordedAt: string
  /** When it happened according to the actor; equals `recordedAt` where nothing else was said. */
  readonly occurredAt: string
  readonly actor: EntryActor
  readonly power: EntryPower
  /** Version of the policy whose values the decision used. */
  readonly policy: string
  /** Id of the command or entry that caused this one; null where a link would identify somebody. */
  readonly causation: string | null
  readonly correlation: string | null
  /** W3C traceparent, or null. */
  readonly trace: string | null
  /** Open facts. */
  readonly data: Readonly<Record<string, unknown>>
  /** JSON pointer into the event → commitment (RFC 9901 disclosure digest, base64url of SHA-256). */
  readonly c: Readonly<Record<string, string>>
}

/** What a command brings to the entries it causes. Filled in by the server, never typed by a user. */
export interface EntryContext {
  /** UUID: v5 from (actor, route, idempotency key), or v5 from the entry that a reaction answers. */
  readonly id: string
  readonly at: Instant
  readonly occurredAt: Instant
  readonly dossier: string | null
  readonly actor: EntryActor
  readonly power: EntryPower
  readonly policy: string
  readonly causation: string | null
  readonly correlation: string | null
  readonly trace: string | null
}

/** 128 random bits. */
export const newNonce = (): string => freshBytes(16).toString('base64url')

/** The bytes that are final: pass them on, never make them again. */
export function encodeEntry(entry: Entry): Uint8Array {
  return Buffer.from(canonicalJson(entry), 'utf8')
}

/**
 * Reads bytes that `encodeEntry` made, and looks only at the form of the envelope.
 * @throws TypeError on anything that is not such an entry, ill-formed UTF-8 included.
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  const value = parse(bytes)
  if (!isEntry(value)) throw new TypeError('not a ledger entry of version 1')
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw new TypeError('not JSON in UTF-8', { cause })
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    isObject(value) &&
    value['v'] === 1 &&
    TEXTS.every((name) => typeof value[name] === 'string') &&
    TEXTS_OR_NULL.every((name) => value[name] === null || typeof value[name] === 'string') &&
    Number.isSafeInteger(value['revision']) &&
    Number.isSafeInteger(value['schemaVersion']) &&
    isObject(value['actor']) &&
    isObject(value['power']) &&
    isObject(value['data']) &&
    isObject(value['c'])
  )
}

const TEXTS = ['ledger', 'stream', 'id', 'type', 'n', 'recordedAt', 'occurredAt', 'policy']
const TEXTS_OR_NULL = ['dossier', 'causation', 'correlation', 'trace']

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
