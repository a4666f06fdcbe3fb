/**
 * What the ledger itself says about a dossier that is to be erased in part: who had a hand in it, whether a party stands
 * in it, what runs in it, and which open facts will stay. Read from the entries of all services, by their types as they
 * stand for ever: what the others tell case comes later, and what is destroyed on that cannot be put right.
 */
import type { DossierIndex } from '@wederhoor/ledger/dossier-index'
import { decodeEntry, type Entry } from '@wederhoor/ledger/entry'
import type { Pseudonym } from './domain/events.ts'
import type { Matter } from './domain/matter.ts'

export interface DossierFacts {
  /** Who did anything in it but about erasures: its handlers, now or before. */
  readonly hands: readonly Pseudonym[]
  /** Whether this is a person whom something in it is about: not the office, staff or a thing. */
  names(party: string): boolean
  /** Whether this stands in it as something else and never as a person: the office, staff, a hearing. */
  namesOtherwise(id: string): boolean
  /** Kinds of what began in it and has not ended, or began again. */
  readonly running: readonly Matter['kind'][]
  /** One party was served what another said. */
  readonly served: boolean
  /** Which open fields stand in the dossier, by type: they stay after an erasure. */
  readonly openFields: readonly { readonly type: string; readonly fields: readonly string[] }[]
}

export async function dossierFacts(
  index: Pick<DossierIndex, 'read'>,
  dossier: string,
): Promise<DossierFacts> {
  const entries = (await index.read(dossier)).map((stored) => decodeEntry(stored.bytes))
  const others = entries.filter((entry) => !entry.stream.startsWith('erasure-'))
  const names = (party: string): boolean =>
    others.some(({ data }) => personFields.some((name) => data[name] === party))
  return {
    hands: [...new Set(others.map((entry) => entry.actor.pseudonym as string as Pseudonym))],
    names,
    namesOtherwise: (id) =>
      !names(id) && (id === dossier || entries.some((entry) => holds(entry, id))),
    running: runningIn(others),
    served: others.some(isServed),
    openFields: fieldsOf(entries),
  }
}

/** Fields that hold a person’s id, in every service. The office and a mediation own texts too and are nobody. */
const personFields = ['melder', 'party', 'respondent'] as const

/** A receiver may be a person or a partner: that says nothing. */
const holds = ({ stream, actor, data }: Entry, id: string): boolean =>
  actor.pseudonym === id ||
  stream.endsWith(`-${id}`) ||
  Object.entries(data).some(
    ([name, value]) => name !== 'receiver' && JSON.stringify(value)?.includes(`"${id}"`),
  )

const courses: Readonly<Record<string, { readonly kind: Matter['kind']; readonly runs: boolean }>> =
  {
    HearingOpened: { kind: 'hearing', runs: true },
    HearingReopened: { kind: 'hearing', runs: true },
    HearingEnded: { kind: 'hearing', runs: false },
    MediationStarted: { kind: 'mediation', runs: true },
    MediationEnded: { kind: 'mediation', runs: false },
    ReferralOffered: { kind: 'referral', runs: true },
    ReferralAccepted: { kind: 'referral', runs: true },
    ReferralRefused: { kind: 'referral', runs: false },
    ReferralDone: { kind: 'referral', runs: false },
    ReferralRecalled: { kind: 'referral', runs: false },
  }

function runningIn(entries: readonly Entry[]): readonly Matter['kind'][] {
  const byStream = new Map<string, Matter['kind']>()
  for (const { stream, type } of entries) {
    const course = courses[type]
    if (course === undefined || !stream.startsWith(`${course.kind}-`)) continue
    if (course.runs) byStream.set(stream, course.kind)
    else byStream.delete(stream)
  }
  return [...new Set(byStream.values())]
}

const isServed = ({ stream, type, data }: Entry): boolean =>
  stream.startsWith('hearing-') && type === 'TermStarted' && data['statement'] === 'complaint'

function fieldsOf(entries: readonly Entry[]): DossierFacts['openFields'] {
  const byType = new Map<string, Set<string>>()
  for (const { type, data } of entries) {
    const fields = byType.get(type) ?? new Set<string>()
    for (const name of Object.keys(data)) fields.add(name)
    byType.set(type, fields)
  }
  return [...byType]
    .map(([type, fields]) => ({ type, fields: [...fields].sort() }))
    .sort((left, right) => (left.type < right.type ? -1 : 1))
}
