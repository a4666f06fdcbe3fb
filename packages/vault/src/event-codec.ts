/**
 * Between events as deciders see them and entries as the ledger keeps them. Sensitive fields hold only their
 * commitment, which stands in the entry's `c` under the field's JSON pointer (RFC 6901); open fields stand in `data`.
 */
import assert from 'node:assert/strict'
import type { EventCodec } from '@wederhoor/decider/handler'
import { type Commitment, ENTRY_BYTES_MAX } from '@wederhoor/event-store/port'
import { decodeEntry, type Entry, encodeEntry, newNonce } from '@wederhoor/ledger/entry'
import { commitmentTo } from './enclosed.ts'
import {
  type DeclaredField,
  type EventDeclaration,
  type EventOf,
  fieldOf,
  isMaybe,
  type OpenField,
  type Sealed,
  type SensitiveField,
} from './fields.ts'
import { fieldName, pointer } from './pointer.ts'

/** A list of declarations, or a room's worth of named ones. */
export type EventDeclarations =
  | readonly EventDeclaration[]
  | Readonly<Record<string, EventDeclaration>>

/** The union of all events of `declarations`: `type CaseEvent = AnyEventOf<typeof caseEvents>`. */
export type AnyEventOf<Declarations extends EventDeclarations> =
  Declarations extends readonly (infer Declaration)[]
    ? EventOf<Declaration>
    : EventOf<Declarations[keyof Declarations]>

/** The fields of a stored event of some version, `type` left out; sensitive ones as `{ sealed }`. */
export type EventFields = Readonly<Record<string, unknown>>

/** Pure, from version n to n + 1. */
export type Upcaster = (fields: EventFields) => EventFields

/** Per type: the function under `n` turns the fields of version n into those of n + 1. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>

/** An entry of a version that this code does not know yet: it must not be ignored, so reading stops. */
export class UnknownEventVersion extends Error {
  readonly code = 'unknown-event-version'
  constructor(type: string, version: number) {
    super(`${type} of version ${version} is newer than what this code can read`)
    this.name = 'UnknownEventVersion'
  }
}

/**
 * The codec of a service's events. `ledger` is the origin written into each entry.
 *
 * `encode` asserts (a mismatch is a bug): every open field fits its schema, every sensitive one is a commitment,
 * nothing undeclared is there, the bytes are within `ENTRY_BYTES_MAX`. Each call draws a new nonce. The entry names the
 * parties whose content it commits to as its `owners`, so that the store refuses it once one of them was erased; an
 * entry of no dossier names nobody. It encloses what was sealed and not kept yet.
 * `decode` restores the flat event, upcast to the declared version; it never validates and never rewrites bytes. A
 * type that is not declared gives undefined.
 * @throws UnknownEventVersion from `decode`.
 */
export function eventCodec<const Declarations extends EventDeclarations>(parts: {
  readonly ledger: string
  readonly events: Declarations
  readonly upcasters?: Upcasters
}): EventCodec<AnyEventOf<Declarations>> {
  const { ledger, upcasters = {} } = parts
  const plans = new Map(
    listOf(parts.events).map((declaration) => [declaration.type, planOf(declaration)]),
  )
  assert.equal(plans.size, listOf(parts.events).length, 'an event type is declared twice')
  for (const { type, version } of plans.values()) assertUpcastable(type, version, upcasters)

  return {
    encode(event, place, context) {
      const { type } = event as { type: string }
      const plan = plans.get(type)
      assert(plan, `${type} is not declared`)
      const { data, sealed, owners } = divide(plan, event as EventFields)
      // In the canonical order, so that nothing has to be sorted.
      const entry: Entry = {
        actor: context.actor,
        c: Object.fromEntries(sealed.map(([path, { digest }]) => [path, digest])),
        causation: context.causation,
        correlation: context.correlation,
        data,
        dossier: context.dossier,
        id: place.id,
        ledger,
        n: newNonce(),
        occurredAt: context.occurredAt,
        policy: context.policy,
        power: context.power,
        recordedAt: context.at,
        revision: place.revision,
        schemaVersion: plan.version,
        stream: place.stream,
        trace: context.trace,
        type,
        v: 1,
      }
      const bytes = encodeEntry(entry)
      assert(bytes.length <= ENTRY_BYTES_MAX, `${type} is an entry of ${bytes.length} bytes`)
      const named = owners.length === 0 || context.dossier === null ? {} : { owners }
      const committed = sealed.length === 0 ? {} : { commitments: sealed.map(([, to]) => to) }
      return { id: place.id, type, dossier: context.dossier, bytes, ...named, ...committed }
    },

    decode(stored) {
      const plan = plans.get(stored.type)
      if (plan === undefined) return undefined
      const entry = decodeEntry(stored.bytes)
      const fields = upcast(plan, entry, upcasters[plan.type] ?? {})
      const event = { type: plan.type, ...fields } as AnyEventOf<Declarations>
      return { event, entry, position: stored.position }
    },
  }
}

/** The declarations as a list. */
export function listOf(declarations: EventDeclarations): readonly EventDeclaration[] {
  return Array.isArray(declarations) ? declarations : Object.values(declarations)
}

interface Plan {
  readonly type: string
  readonly version: number
  readonly fields: readonly PlannedField[]
}

interface PlannedField {
  readonly name: string
  readonly optional: boolean
  readonly field: OpenField | SensitiveField
}

function planOf({ type, version, fields }: EventDeclaration): Plan {
  const planned = Object.entries(fields).map(([name, declared]) => {
    assert(name !== 'type', `${type}: a field cannot be called type`)
    return { name, optional: isMaybe(declared), field: fieldOf(declared) }
  })
  for (const { name, field } of planned) {
    if (field.kind === 'sensitive') assertPartyIsOpen(type, name, fields[field.party])
  }
  planned.sort((left, right) => (left.name < right.name ? -1 : 1))
  return { type, version, fields: planned }
}

function assertPartyIsOpen(type: string, name: string, party: DeclaredField | undefined): void {
  assert(
    party && fieldOf(party).kind === 'open',
    `${type}: ${name} names a party that is no open field`,
  )
}

function assertUpcastable(type: string, version: number, upcasters: Upcasters): void {
  for (let from = 1; from < version; from += 1) {
    assert(upcasters[type]?.[from], `${type}: no upcaster from version ${from}`)
  }
}

function divide(plan: Plan, event: EventFields) {
  const data: Record<string, unknown> = {}
  const sealed: [path: string, to: Commitment][] = []
  const owners = new Set<string>()
  let present = 0
  for (const { name, optional, field } of plan.fields) {
    const value = event[name]
    if (value === undefined) {
      assert(optional, `${plan.type}: ${name} is missing`)
      continue
    }
    present += 1
    if (field.kind === 'sensitive') {
      sealed.push([pointer(name), commitmentOf(plan.type, name, value)])
      owners.add(ownerOf(plan.type, name, event[field.party]))
    } else data[name] = fitting(plan.type, name, field, value)
  }
  assert.equal(present, countDefined(event) - 1, `${plan.type} holds an undeclared field`)
  return { data, sealed, owners: [...owners] }
}

/** Whose fence refuses the entry. */
function ownerOf(type: string, name: string, party: unknown): string {
  assert(typeof party === 'string', `${type}: ${name} is sealed for a party that is not named`)
  return party
}

/** The message of a failed schema quotes no value: it may end in a log. */
function fitting(type: string, name: string, field: OpenField, value: unknown): unknown {
  const parsed = field.schema.safeParse(value)
  assert(parsed.success, `${type}: ${name} does not fit its schema`)
  return parsed.data
}

function commitmentOf(type: string, name: string, value: unknown): Commitment {
  assert(isSealed(value), `${type}: ${name} is not sealed`)
  return commitmentTo(value)
}

const isSealed = (value: unknown): value is Sealed<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'sealed' in value &&
  typeof value.sealed === 'string' &&
  DIGEST.test(value.sealed)

const DIGEST = /^[A-Za-z0-9_-]{43}$/

function countDefined(event: EventFields): number {
  let count = 0
  for (const name of Object.keys(event)) if (event[name] !== undefined) count += 1
  return count
}

function upcast(plan: Plan, entry: Entry, steps: Readonly<Record<number, Upcaster>>): EventFields {
  if (entry.schemaVersion > plan.version)
    throw new UnknownEventVersion(plan.type, entry.schemaVersion)
  let fields = restore(entry)
  for (let version = entry.schemaVersion; version < plan.version; version += 1) {
    const step = steps[version]
    assert(step, `${plan.type}: no upcaster from version ${version}`)
    fields = step(fields)
  }
  return fields
}

function restore(entry: Entry): EventFields {
  const fields: Record<string, unknown> = { ...entry.data }
  for (const [path, sealed] of Object.entries(entry.c)) fields[fieldName(path)] = { sealed }
  return fields
}
