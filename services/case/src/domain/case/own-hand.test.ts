/** What the melder decides by code, without staff between; and what they are asked about. */
import { fold } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { CaseEvent, Pseudonym } from '../events.ts'
import {
  addFile,
  ask,
  asMelder,
  cancelled,
  close,
  closed,
  digest,
  file,
  give,
  granted,
  later,
  melder,
  noteOf,
  opened,
  permission,
  given as permissionGiven,
  refused,
  reopened,
  report,
  request,
  respondent,
  start,
  termPassed,
  withdraw,
  withdrawn,
} from './builders.ts'
import { caseDecider } from './case.ts'
import { waitingFor } from './permission.ts'

const { given } = specification(caseDecider)
const self = melder as string as Pseudonym
const { act, receiver: to, digest: text } = permissionGiven()
const decline = {
  type: 'DeclinePermission',
  act,
  receiver: to,
  digest: text,
  context: asMelder(),
} as const

describe('the melder by code', () => {
  test('shows what is theirs, once, also as a witness and on a closed case', () => {
    const { type: _type, context: _context, ...shown } = addFile()
    const added = { type: 'FileAdded', ...shown, by: self, at: start } as const
    const byMelder = addFile({ context: asMelder() })
    given(opened({ melderDecides: false }), closed)
      .when(byMelder)
      .then(added)
    given(opened(), added).when(byMelder).thenNothing()
    const ofAnother = addFile({ context: asMelder(), party: respondent })
    given(opened()).when(ofAnother).thenRefused({ reason: 'not-of-this-desk' })
  })

  test('cannot fill the disk', () => {
    const files = Array.from({ length: 200 }, (_, index) => {
      const { type: _type, context: _context, ...shown } = addFile({ file: file(index) })
      return { type: 'FileAdded', ...shown, by: self, at: start } as const
    })
    given(opened(), ...files)
      .when(addFile({ file: file(200), context: asMelder() }))
      .thenRefused({ reason: 'too-many-files' })
  })

  test('permits, declines and withdraws by their own hand', () => {
    given(opened())
      .when(give({ how: 'by-code', context: asMelder() }))
      .then(permissionGiven({ how: 'by-code', by: self }))
    given(opened())
      .when(decline)
      .then({ type: 'PermissionDeclined', act, receiver: to, digest: text, by: self, at: start })
    given(opened(), permissionGiven(), granted())
      .when({ ...withdraw(), context: asMelder() })
      .then(withdrawn({ by: self }), cancelled('withdrawn'))
  })

  test('withdraws what staff were told, and staff withdraw what the melder gave', () => {
    given(opened(), permissionGiven({ how: 'by-code', by: self }))
      .when(withdraw())
      .then(withdrawn())
  })

  test('decides nothing about the case of another (WIT-02)', () => {
    const history = [opened({ melderDecides: false })]
    for (const command of [
      give({ context: asMelder() }),
      decline,
      { ...withdraw(), context: asMelder() },
    ])
      given(...history)
        .when(command)
        .thenRefused({ reason: 'melder-does-not-decide' })
  })

  test('steers nothing else of the case, and no party of another dossier is let in', () => {
    for (const command of [noteOf(), close(), report])
      given(opened())
        .when({ ...command, context: asMelder() })
        .thenRefused({ reason: 'not-of-this-desk' })
    given(opened())
      .when(give({ context: asMelder({ by: String(respondent) as Pseudonym }) }))
      .thenRefused({ reason: 'not-of-this-desk' })
  })
})

describe('a permission past its own term', () => {
  test('can be given again for the same text', () => {
    const over = permissionGiven({ validUntil: start })
    const again = {
      permission: permission(2),
      validUntil: termPassed,
      context: asMelder({ at: later }),
    }
    given(opened(), over)
      .when(give(again))
      .then(
        permissionGiven({ permission: permission(2), validUntil: termPassed, by: self, at: later }),
      )
  })
})

describe('what waits for the word of the melder', () => {
  const asked = { act, receiver: to, digest: text, askedAt: start }
  const other = digest('another')
  const waiting = (...history: readonly CaseEvent[]) => {
    const state = fold(caseDecider, history)
    return state.status === 'unknown' ? undefined : waitingFor(state, later)
  }

  test('is a text that was to go out and that they had not permitted, once', () => {
    expect(waiting(opened(), refused('no-permission'))).toEqual([asked])
    expect(waiting(refused('no-permission'), opened())).toEqual([asked])
    const twice = refused('no-permission', { request: request(2) })
    expect(waiting(opened(), refused('no-permission'), twice)).toEqual([asked])
    expect(waiting(opened(), permissionGiven(), refused('other-text', { digest: other }))).toEqual([
      { ...asked, digest: other },
    ])
  })

  test('is none that they permitted, declined or withdrew', () => {
    const history = [opened(), refused('no-permission')]
    expect(waiting(...history, permissionGiven())).toEqual([])
    expect(waiting(...history, permissionGiven(), withdrawn())).toEqual([])
    const declined = { type: 'PermissionDeclined', act, receiver: to, digest: text } as const
    expect(waiting(...history, { ...declined, by: self, at: start })).toEqual([])
  })

  test('comes back when the permission is past its term', () => {
    const over = permissionGiven({ validUntil: start })
    expect(waiting(opened(), refused('no-permission'), over)).toEqual([asked])
  })

  test('is none that safety, anonymity or closing holds back, and no closing notice', () => {
    for (const reason of ['not-safe', 'anonymous', 'case-closed', 'withdrawn'] as const)
      expect(waiting(opened(), refused(reason))).toEqual([])
    expect(waiting(opened(), refused('no-permission', { act: 'closing-notice' }))).toEqual([])
  })

  test('ends with the case: whoever comes back is asked anew', () => {
    expect(waiting(opened(), refused('no-permission'), closed, reopened)).toEqual([])
  })

  test('is nothing for a witness, who is not asked about another (WIT-02)', () => {
    expect(waiting(opened({ melderDecides: false }), refused('no-permission'))).toEqual([])
  })

  test('is settled by a permission that then carries the permit', () => {
    given(opened(), refused('no-permission'), permissionGiven({ by: self, how: 'by-code' }))
      .when(ask({ request: request(2) }))
      .then(granted({ request: request(2) }))
  })
})
