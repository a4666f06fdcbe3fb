/**
 * The invariants of the procedure, read from the events alone: whatever anybody asks in whatever order, these hold.
 * The checks know nothing of the decider's state.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HearingEvent, HearingEventOf, Side } from '../events.ts'
import { complaint, history, person } from './builders.ts'
import { kinds, people } from './random-commands.ts'
import { play, starts } from './random-moves.ts'

const move = fc.record({
  kind: fc.constantFrom(...kinds),
  pick: fc.nat(30),
  side: fc.constantFrom<Side>('melder', 'respondent', 'respondent'),
  by: fc.constantFrom(...people),
  days: fc.nat(18),
})

const played = fc
  .record({
    start: fc.constantFrom(...Object.keys(starts)) as fc.Arbitrary<keyof typeof starts>,
    moves: fc.array(move, { minLength: 10, maxLength: 90 }),
  })
  .map(({ start, moves }) => ({ start, events: () => play(history(...starts[start]()), moves) }))

/** Checks every history that random people make. */
const always = (check: (events: readonly HearingEvent[]) => void) =>
  fc.assert(
    fc.property(played, ({ events }) => check(events())),
    { numRuns: 250, seed: 20240301 },
  )

const of = <Type extends HearingEvent['type']>(events: readonly HearingEvent[], type: Type) =>
  events.filter((one): one is HearingEventOf<Type> => one.type === type)

const upTo = (events: readonly HearingEvent[], one: HearingEvent) =>
  events.slice(0, events.indexOf(one))

/** Digest of a document, its author and kind, as the events up to here say. */
function documentAt(events: readonly HearingEvent[], id: string) {
  let found = { digest: '', author: '', kind: '' }
  for (const one of events) {
    if (!('document' in one) || one.document !== id || !('content' in one)) continue
    const kind =
      one.type === 'HearingPrepared'
        ? one.kind
        : one.type === 'DocumentAdded'
          ? one.kind
          : one.type === 'FindingsMade'
            ? 'findings'
            : one.type === 'StatementReceived'
              ? 'statement'
              : found.kind
    const author =
      one.type === 'StatementReceived'
        ? one.author
        : one.type === 'HearingPrepared'
          ? 'melder'
          : one.type === 'DraftRevised'
            ? found.author
            : 'office'
    found = { digest: one.content.sealed, author, kind }
  }
  return found
}

const sendings = (events: readonly HearingEvent[]) => [
  ...of(events, 'DocumentDispatched'),
  ...of(events, 'ReminderSent'),
]

const withdrawnAt = (events: readonly HearingEvent[]): number => {
  const draft = of(events, 'HearingPrepared')[0]?.document
  return events.findIndex((one, index) => {
    if (one.type === 'HearingEnded') return one.end === 'withdrawn'
    if (one.type !== 'PermissionWithdrawalNoted') return false
    const given = of(events, 'PermissionNoted').find((noted) => noted.permission === one.permission)
    const now = documentAt(events.slice(0, index), draft ?? '')
    return given?.digest === now.digest && given.act === 'serve-complaint'
  })
}

describe('whatever anybody asks, in whatever order', () => {
  test('1. the respondent gets nothing without live permission for that exact text', () => {
    always((events) => {
      for (const sending of sendings(events)) {
        const before = upTo(events, sending)
        const { digest: text, kind } = documentAt(before, sending.document)
        if (sending.to !== 'respondent' || kind === 'closing-notice') continue
        const withdrawn = of(before, 'PermissionWithdrawalNoted').map((one) => one.permission)
        const closed = before.findLastIndex(
          (one) => one.type === 'HearingDetached' || one.type === 'CaseClosedNoted',
        )
        const live = of(before.slice(closed + 1), 'PermissionNoted').some(
          (one) => one.digest === text && !withdrawn.includes(one.permission),
        )
        expect(live, `${kind} without permission`).toBe(true)
        const anonymity = of(before, 'AnonymityNoted').at(-1)?.anonymity ?? 'known-to-respondent'
        expect(anonymity).toBe('known-to-respondent')
      }
    })
  })

  test('1. whatever goes out cites a permit that was granted, not lost, and still valid', () => {
    always((events) => {
      for (const sending of sendings(events)) {
        const before = upTo(events, sending)
        const granted = of(before, 'PermitReceived').filter(
          (one) => one.request === sending.request,
        )
        expect(granted.map((one) => one.permit)).toEqual([sending.permit])
        expect((granted[0]?.validUntil ?? '') >= sending.at).toBe(true)
        expect(of(before, 'PermitLost').some((one) => one.request === sending.request)).toBe(false)
      }
    })
  })

  test('2. no findings before both are heard, declined, or silent after proof, term and reminder', () => {
    always((events) => {
      for (const findings of of(events, 'FindingsMade')) {
        const before = upTo(events, findings)
        expect(of(before, 'DeliveryProven').some((one) => one.document === complaint)).toBe(true)
        for (const side of ['melder', 'respondent'] as const) {
          const asked = of(before, 'TermStarted')
            .filter((one) => one.party === side)
            .at(-1)
          if (asked === undefined) continue
          const since = before.slice(before.indexOf(asked))
          const heard =
            of(before, 'StatementReceived').some((one) => one.author === side) ||
            of(since, 'HearingDeclined').some((one) => one.party === side)
          const quiet =
            of(since, 'SilenceRecorded').some((one) => one.party === side) &&
            of(since, 'ReminderSent').some(
              (sent) =>
                sent.to === side &&
                !of(since, 'DeliveryFailed').some((back) => back.request === sent.request),
            )
          expect(heard || quiet, `${side} was not heard`).toBe(true)
        }
      }
    })
  })

  test('2. silence follows proof of delivery and a reminder, and never comes before its day', () => {
    always((events) => {
      for (const silence of of(events, 'SilenceRecorded')) {
        const before = upTo(events, silence)
        const asked = of(before, 'TermStarted')
          .filter((one) => one.party === silence.party)
          .at(-1)
        expect(asked).toBeDefined()
        expect(of(before, 'DeliveryProven').some((one) => one.document === asked?.document)).toBe(
          true,
        )
        const since = before.slice(asked === undefined ? 0 : before.indexOf(asked))
        expect(of(since, 'ReminderSent').some((one) => one.to === silence.party)).toBe(true)
        expect(silence.endedAt >= (asked?.dues.silenceDueAt ?? '')).toBe(true)
        expect(silence.at > silence.endedAt).toBe(true)
      }
    })
  })

  test('3. what one got, the other got too or had withheld, before an exchange or findings end', () => {
    always((events) => {
      for (const end of of(events, 'HearingEnded')) {
        if (end.end !== 'exchanged' && end.end !== 'findings') continue
        const before = upTo(events, end)
        const ids = new Set(
          before.flatMap((one) => ('content' in one && 'document' in one ? [one.document] : [])),
        )
        for (const id of ids) {
          const { author, kind } = documentAt(before, id)
          if (kind === 'closing-notice') continue
          const has = (side: Side) =>
            author === side ||
            of(before, 'DeliveryProven').some((one) => one.document === id && one.to === side)
          const withheld = (side: Side) => {
            const count = (type: 'DocumentWithheld' | 'WithholdingLifted') =>
              of(before, type).filter((one) => one.document === id && one.from === side).length
            return count('DocumentWithheld') > count('WithholdingLifted')
          }
          const away =
            of(before, 'StatementRetracted').some((one) => one.document === id) ||
            (of(before, 'FindingsReopened').some((one) => one.document === id) &&
              !has('melder') &&
              !has('respondent'))
          for (const side of ['melder', 'respondent'] as const) {
            expect(has(side) || withheld(side) || away, `${kind} ${id} for ${side}`).toBe(true)
          }
        }
      }
    })
  })

  test('3, 6. what is withheld or skipped took two persons, of whom the second had opened it', () => {
    always((events) => {
      const draft = of(events, 'HearingPrepared')[0]?.document
      const two = [
        ...of(events, 'DocumentWithheld').map((one) => ({ one, document: one.document })),
        ...of(events, 'RespondentSkipped').map((one) => ({ one, document: draft })),
      ]
      for (const { one, document } of two) {
        expect(one.by).not.toBe(one.proposedBy)
        const before = upTo(events, one)
        const changed = of(before, 'DraftRevised').filter((text) => text.document === document)
        const sinceText = changed.length === 0 ? 0 : before.indexOf(changed.at(-1) ?? one)
        const opened_ = of(before.slice(sinceText), 'DocumentOpened')
        expect(opened_.some((seen) => seen.document === document && seen.by === one.by)).toBe(true)
      }
    })
  })

  test('4. terms of both sides are equally long, and an extension reaches both', () => {
    always((events) => {
      const first = of(events, 'TermStarted')[0]
      for (const term of of(events, 'TermStarted')) {
        const extra = of(upTo(events, term), 'TermExtended').reduce(
          (sum, one) => sum + one.extraDays,
          0,
        )
        expect(term.days.answer).toBe((first?.days.answer ?? 0) + extra)
      }
      for (const one of of(events, 'TermExtended'))
        expect(one.told).toEqual(['melder', 'respondent'])
    })
  })

  test('nothing opens again while its case is closed', () => {
    always((events) => {
      for (const reopened of of(events, 'HearingReopened')) {
        if (reopened.because === 'case-reopened') continue
        const cases = upTo(events, reopened).filter((one) =>
          ['HearingDetached', 'CaseClosedNoted', 'CaseReopenedNoted'].includes(one.type),
        )
        const back = upTo(events, reopened).findLastIndex(
          (one) => one.type === 'HearingReopened' && one.because === 'case-reopened',
        )
        const last = cases.at(-1)
        const open =
          last === undefined || last.type === 'CaseReopenedNoted' || back > events.indexOf(last)
        expect(open).toBe(true)
      }
    })
  })

  test('4. a statement after findings reopens them', () => {
    always((events) => {
      for (const findings of of(events, 'FindingsMade')) {
        const after = events.slice(events.indexOf(findings))
        const withdrawn = withdrawnAt(events)
        const said = of(after, 'StatementReceived')[0]
        if (said === undefined || (withdrawn >= 0 && withdrawn < events.indexOf(said))) continue
        expect(
          of(after, 'FindingsReopened').some((one) => one.document === findings.document),
        ).toBe(true)
      }
    })
  })

  test('5. after a withdrawal nothing goes out but a closing notice to whoever was reached', () => {
    always((events) => {
      const index = withdrawnAt(events)
      if (index < 0) return
      const after = events.slice(index)
      for (const out of [...sendings(after), ...of(after, 'PermitRequested')]) {
        expect(documentAt(events, out.document).kind).toBe('closing-notice')
        expect(sendings(events.slice(0, index)).some((one) => one.to === 'respondent')).toBe(true)
      }
    })
  })

  test('8. a refusal to send, to find or to sign stands in the record with who and when', () => {
    let refusals = 0
    always((events) => {
      for (const one of of(events, 'ActRefused')) {
        refusals += 1
        expect(people.map((name) => person(name))).toContain(one.by)
      }
    })
    expect(refusals).toBeGreaterThan(50)
  })

  test('the walk reaches every kind of event, so that the checks above check something', () => {
    const seen = new Set<string>()
    always((events) => {
      for (const one of events) seen.add(one.type)
    })
    const missing = [
      'DocumentDispatched',
      'ReminderSent',
      'DeliveryProven',
      'TermExtended',
      'SilenceRecorded',
      'StatementReceived',
      'StatementRetracted',
      'FindingsMade',
      'FindingsReopened',
      'DocumentWithheld',
      'WithholdingLifted',
      'RespondentSkipped',
      'HearingEnded',
      'HearingReopened',
      'HearingDetached',
      'ActRefused',
      'DraftRevised',
    ].filter((type) => !seen.has(type))
    expect(missing).toEqual([])
  })
})
