import { fold } from '@wederhoor/decider/decider'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ask,
  complaint,
  context,
  day,
  digest,
  dispatch,
  hearing,
  history,
  opened,
  permissionOf,
  permitOf,
  request,
  respondent,
} from './domain/hearing/builders.ts'
import { hearingDecider } from './domain/hearing/hearing.ts'
import { hearingStream, mediationStream } from './domain/streams.ts'
import { type Own, type ReactedTo, reactionsTo } from './reactions.ts'

const dossier = context().dossier ?? ''
const other = 'b7c5e0d2-56f0-4c1a-9f7d-8a2b3c4d5e6f'
const own: Own = {
  hearings: [
    { hearing, requests: [request('serve')] },
    { hearing: other, requests: [] },
  ],
  mediations: [other],
}
const event = <Name extends ReactedTo['name']>(name: Name, fields: object) =>
  ({ name, dossier, at: day(0), ...fields }) as unknown as ReactedTo

const given = event('permission-given', {
  permission: permissionOf('complaint'),
  act: 'serve-complaint',
  receiver: respondent,
  digest: digest('complaint'),
})
const withdrawn = event('permission-withdrawn', {
  permission: permissionOf('complaint'),
  act: 'serve-complaint',
  receiver: respondent,
})
const granted = event('permit-granted', {
  permit: permitOf('serve'),
  request: request('serve'),
  act: 'serve-complaint',
  receiver: respondent,
  digest: digest('complaint'),
  validUntil: day(0, 13),
})
const cancelled = event('permit-cancelled', {
  permit: permitOf('serve'),
  request: request('serve'),
})
const anonymous = event('anonymity-changed', { anonymity: 'known-to-us', changedAt: day(0) })
const closed = event('case-closed', { outcome: 'opgelost' })

describe('what case or intake says', () => {
  test('of a permission reaches every hearing of the dossier: the decider knows which it fits', () => {
    expect(reactionsTo(given, own).map((one) => [one.stream, one.command.type])).toEqual([
      [hearingStream(hearing), 'NotePermission'],
      [hearingStream(other), 'NotePermission'],
    ])
  })

  test('of a permission to refer is none of ours', () => {
    expect(
      reactionsTo(event('permission-given', { ...given, act: 'refer-with-data' }), own),
    ).toEqual([])
  })

  test('of a permit reaches only the hearing that asked for it', () => {
    expect(reactionsTo(granted, own).map((one) => one.stream)).toEqual([hearingStream(hearing)])
    expect(reactionsTo(event('permit-granted', { ...granted, request: other }), own)).toEqual([])
  })

  test('of a refusal or a cancelling takes the permit away', () => {
    for (const one of [
      cancelled,
      event('permit-refused', { request: request('serve'), reason: 'not-safe' }),
    ]) {
      expect(reactionsTo(one, own).map((each) => each.command.type)).toEqual(['LosePermit'])
    }
  })

  test('of a closing reaches hearings and mediations', () => {
    expect(reactionsTo(closed, own).map((one) => one.stream)).toEqual([
      hearingStream(hearing),
      hearingStream(other),
      mediationStream(other),
    ])
  })
})

/**
 * Order holds only per source: what intake says may come anywhere between what case says, and a handler may dispatch at
 * any point. Whatever the interleaving, nothing leaves after a withdrawal, a cancelling, a closing, or new anonymity.
 */
test('in any interleaving nothing leaves after its ground is gone', () => {
  const fromCase = [granted, withdrawn, cancelled, closed]
  fc.assert(
    fc.property(fc.nat(4), fc.nat(4), (anonymityAt, dispatchAt) => {
      const steps: (ReactedTo | 'dispatch')[] = [...fromCase]
      steps.splice(anonymityAt, 0, anonymous)
      steps.splice(dispatchAt, 0, 'dispatch')
      const events = [...history(...opened(), ask('serve', complaint))]
      const gone = new Set<string>()
      let permit = false
      for (const [index, step] of steps.entries()) {
        const state = fold(hearingDecider, events)
        if (step === 'dispatch') {
          const decision = hearingDecider.decide(dispatch('serve', { attempt: `${index}` }), state)
          const left =
            decision.kind === 'accepted' &&
            decision.events.some((one) => one.type === 'DocumentDispatched')
          expect(left).toBe(permit && gone.size === 0)
          if (decision.kind === 'accepted') events.push(...decision.events)
          continue
        }
        if (step === granted) permit = true
        else gone.add(step.name)
        for (const reaction of reactionsTo(step, own)) {
          if (reaction.kind !== 'hearing' || reaction.stream !== hearingStream(hearing)) continue
          const command = { ...reaction.command, context: context({ attempt: `${index}` }) }
          const decision = hearingDecider.decide(command, fold(hearingDecider, events))
          if (decision.kind === 'accepted') events.push(...decision.events)
        }
      }
    }),
    { seed: 11, numRuns: 200 },
  )
})
