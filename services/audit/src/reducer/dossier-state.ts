/**
 * The state of a dossier as a pure function of its entries, in ledger order. It knows entries, not the services' events:
 * open facts are merged by name, sealed content appears as its commitment only. No clock, no randomness, no locale: the
 * same entries give the same state for ever.
 */
import type { Entry } from '@wederhoor/ledger/entry'
import { clockChanges } from './clocks.ts'
import { carriesDossier, type Facts, type HolderChange, holderChange } from './holders.ts'

export interface Holder {
  /** `intake`, the code of a desk or of a partner. */
  readonly office: string
  /** Pseudonym within this dossier, or null. */
  readonly person: string | null
  /** When the entry that made it so occurred, and which entry that is. */
  readonly since: string
  readonly entry: string
}

export interface StreamState {
  readonly entries: number
  /** Of the last entry that was folded. */
  readonly revision: number
  /** Newest last, at most `LAST_TYPES`. */
  readonly lastTypes: readonly string[]
  readonly holder: Holder | null
  readonly open: boolean
  /** Each open field with the value it had last. */
  readonly facts: Facts
  /** JSON pointer of each sealed field → its last commitment. */
  readonly commitments: Readonly<Record<string, string>>
  /** Terms that run: by kind, until when, and the entry that started it. */
  readonly clocks: Readonly<Record<string, { readonly dueAt: string; readonly entry: string }>>
}

export interface DossierState {
  readonly entries: number
  readonly firstRecordedAt: string | null
  readonly lastRecordedAt: string | null
  /** The latest claim, wherever it stands in the order. */
  readonly lastOccurredAt: string | null
  readonly holder: Holder | null
  readonly open: boolean
  readonly streams: Readonly<Record<string, StreamState>>
  readonly types: Readonly<Record<string, number>>
}

const LAST_TYPES = 3

export const emptyDossier: DossierState = {
  entries: 0,
  firstRecordedAt: null,
  lastRecordedAt: null,
  lastOccurredAt: null,
  holder: null,
  open: false,
  streams: {},
  types: {},
}

const emptyStream: StreamState = {
  entries: 0,
  revision: -1,
  lastTypes: [],
  holder: null,
  open: true,
  facts: {},
  commitments: {},
  clocks: {},
}

export const foldDossier = (
  entries: readonly Entry[],
  from: DossierState = emptyDossier,
): DossierState => entries.reduce(evolveDossier, from)

export function evolveDossier(state: DossierState, entry: Entry): DossierState {
  const { stream, type, recordedAt, occurredAt } = entry
  const category = categoryOf(stream)
  const change = holderChange(category, type, entry.data)
  const own = present(state.streams, stream) ?? emptyStream
  return {
    entries: state.entries + 1,
    firstRecordedAt: state.firstRecordedAt ?? recordedAt,
    lastRecordedAt: recordedAt,
    lastOccurredAt: later(state.lastOccurredAt, occurredAt),
    ...held(state, carriesDossier(category) ? change : null, entry),
    streams: { ...state.streams, [stream]: evolveStream(own, entry, change) },
    types: { ...state.types, [type]: (present(state.types, type) ?? 0) + 1 },
  }
}

function evolveStream(state: StreamState, entry: Entry, change: HolderChange | null): StreamState {
  const { starts, ends } = clockChanges(categoryOf(entry.stream), entry.type, entry.data)
  const running = Object.entries(state.clocks).filter(([kind]) => !ends.includes(kind))
  const started = starts.map(({ kind, dueAt }) => [kind, { dueAt, entry: entry.id }] as const)
  return {
    entries: state.entries + 1,
    revision: entry.revision,
    lastTypes: [...state.lastTypes, entry.type].slice(-LAST_TYPES),
    ...held(state, change, entry),
    facts: { ...state.facts, ...entry.data },
    commitments: { ...state.commitments, ...entry.c },
    clocks: Object.fromEntries([...running, ...started]),
  }
}

function held(
  before: { readonly holder: Holder | null; readonly open: boolean },
  change: HolderChange | null,
  entry: Entry,
): { readonly holder: Holder | null; readonly open: boolean } {
  if (change === null) return { holder: before.holder, open: before.open }
  const open = change.open ?? before.open
  const office = change.office ?? before.holder?.office
  if (office === undefined || (change.office === undefined && change.person === undefined))
    return { holder: before.holder, open }
  const person = change.person === undefined ? (before.holder?.person ?? null) : change.person
  return { holder: { office, person, since: entry.occurredAt, entry: entry.id }, open }
}

export const categoryOf = (stream: string): string =>
  stream.slice(0, Math.max(0, stream.indexOf('-')))

const later = (one: string | null, other: string): string =>
  one !== null && one > other ? one : other

/** A stream or type may carry the name of something every object has. */
const present = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined)
