/**
 * What a party of a hearing may read of it: its own words, and what was sent to it. Audit knows these names and nothing
 * else of mediation; the reviewed list of mediation's stored fields keeps the tables honest.
 */
import type { Entry } from '@wederhoor/ledger/entry'

export type Side = 'melder' | 'respondent'

export interface Readable {
  readonly leafIndex: number
  readonly path: string
  readonly digest: string
  /** Sent to this side, and not its own: its text stands in `served/` too. */
  readonly served: boolean
}

export interface HeardEntry {
  readonly leafIndex: number
  readonly entry: Entry
}

/** Type and path of each sealed field of a hearing → the open field that names whose it is. */
export const owners: Readonly<Record<string, string>> = {
  'HearingPrepared /content': 'melder',
  'HearingPrepared /respondentName': 'respondent',
  'HearingPrepared /respondentContact': 'respondent',
  'DraftRevised /content': 'melder',
  'StatementReceived /content': 'party',
  'DocumentAdded /content': 'office',
  'FindingsMade /content': 'office',
}

/** How a document stands towards the side that reads; `digest` is the exact text that was sent. */
interface Standing {
  readonly is: 'sent' | 'served'
  readonly digest: string
}

interface Reading {
  readonly side: Side
  /** By request: which text goes where, and why. */
  readonly requests: ReadonlyMap<string, { readonly digest: string; readonly serves: boolean }>
  /** By document. One that is withheld, came back or was never sent is not here. */
  readonly standings: ReadonlyMap<string, Standing>
}

/** @param heard the whole stream of one hearing, in order. */
export function readableBy(side: Side, heard: readonly HeardEntry[]): readonly Readable[] {
  const own = partyOf(side, heard)
  const start: Reading = { side, requests: new Map(), standings: new Map() }
  const { standings } = heard.reduce((reading, { entry }) => after(reading, entry), start)
  const sent = new Map([...standings.values()].map(({ digest, is }) => [digest, is]))
  return heard.flatMap(({ leafIndex, entry }) =>
    Object.entries(entry.c).flatMap(([path, digest]): readonly Readable[] => {
      const field = owners[`${entry.type} ${path}`]
      if (field === undefined) return []
      if (own !== undefined && entry.data[field] === own)
        return [{ leafIndex, path, digest, served: false }]
      const is = sent.get(digest)
      // A text of the office counts once its delivery is proven: sent by the office is not said to anybody yet.
      const mayRead = field === 'office' ? is === 'served' : is !== undefined
      return mayRead ? [{ leafIndex, path, digest, served: true }] : []
    }),
  )
}

/** Random id of the party on this side within the dossier; undefined where the hearing was not prepared. */
export function partyOf(side: Side, heard: readonly HeardEntry[]): string | undefined {
  const prepared = heard.find(({ entry }) => entry.type === 'HearingPrepared')
  const id = prepared?.entry.data[side]
  return typeof id === 'string' ? id : undefined
}

type Change = (reading: Reading, data: Facts) => Partial<Reading>
type Facts = Readonly<Record<string, unknown>>

/** Types that change what a side may read, each with the open fields it is read by. */
export const changes: Readonly<
  Record<string, { readonly fields: readonly string[]; readonly change: Change }>
> = {
  PermitRequested: {
    fields: ['request', 'digest', 'purpose'],
    change: ({ requests }, { request, digest, purpose }) => ({
      requests: new Map([
        ...requests,
        [String(request), { digest: String(digest), serves: purpose === 'serve' }] as const,
      ]),
    }),
  },
  DocumentDispatched: {
    fields: ['request', 'document', 'to'],
    change: (reading, data) => (data['to'] === reading.side ? stands(reading, data, 'sent') : {}),
  },
  DeliveryProven: {
    fields: ['request', 'document', 'to'],
    change: (reading, data) => (data['to'] === reading.side ? stands(reading, data, 'served') : {}),
  },
  // A reminder that came back leaves the document where it is.
  DeliveryFailed: {
    fields: ['request', 'document', 'to'],
    change: (reading, data) =>
      data['to'] === reading.side && reading.requests.get(String(data['request']))?.serves === true
        ? notFor(reading, data)
        : {},
  },
  DocumentWithheld: {
    fields: ['document', 'from'],
    change: (reading, data) => (data['from'] === reading.side ? notFor(reading, data) : {}),
  },
  // Whoever takes words back takes them from the other side; only the melder can.
  StatementRetracted: {
    fields: ['document'],
    change: (reading, data) => (reading.side === 'respondent' ? notFor(reading, data) : {}),
  },
}

function after(reading: Reading, { type, data }: Entry): Reading {
  const change = Object.hasOwn(changes, type) ? changes[type]?.change : undefined
  return change === undefined ? reading : { ...reading, ...change(reading, data) }
}

function stands(reading: Reading, data: Facts, is: Standing['is']): Partial<Reading> {
  const digest = reading.requests.get(String(data['request']))?.digest
  if (digest === undefined) return {}
  const document = String(data['document'])
  return { standings: new Map([...reading.standings, [document, { is, digest }] as const]) }
}

const notFor = ({ standings }: Reading, { document }: Facts): Partial<Reading> => ({
  standings: new Map([...standings].filter(([one]) => one !== document)),
})
