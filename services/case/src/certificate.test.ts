/** Attacks on what a certificate says: it may claim nothing that is not so. */
import assert from 'node:assert/strict'
import { fold } from '@wederhoor/decider/decider'
import { describe, expect, test } from 'vitest'
import { statementOf } from './certificate.ts'
import { erasureDecider } from './domain/erasure/erasure.ts'
import type { ErasureEvent } from './domain/erasure-events.ts'
import { completed, erased, final, granted, requested } from './testing/erasures.ts'

const said = (...events: readonly ErasureEvent[]) => {
  const state = fold(erasureDecider, [requested, granted, erased, ...events])
  assert(state.status === 'erased' || state.status === 'completed' || state.status === 'final')
  const { nl, en } = statementOf(state)
  return { nl: nl.join(' '), en: en.join(' ') }
}

const notEnded: ErasureEvent = {
  type: 'ErasureIncomplete',
  party: erased.type === 'PartyErased' ? erased.party : assert.fail(),
  stage: 'backups',
  left: ['epoch'],
  tries: 1,
  againDueAt: erased.type === 'PartyErased' ? erased.at : assert.fail(),
  at: erased.type === 'PartyErased' ? erased.at : assert.fail(),
}

describe('a certificate', () => {
  test('claims no end of the backups that did not come: an epoch that could not be destroyed is said to stand', () => {
    expect(said(completed).en).toContain('at the latest')
    const { nl, en } = said(completed, notEnded)
    expect(en).not.toContain('at the latest')
    expect(en).toContain('has not been destroyed yet')
    expect(nl).toContain('nog niet vernietigd')
    expect(said(completed, notEnded, final).en).toContain('destroyed')
  })

  test('says of the backups what was done, the key destroyed, and not what copies of that key may open', () => {
    expect(said(completed, final).en).not.toContain('no backup opens it')
    expect(said(completed, final).nl).toContain('de sleutel vernietigd')
  })

  test('hides no trace elsewhere: that a report which was counted stays counted', () => {
    expect(said(completed).en).toContain('counted')
    expect(said(completed).nl).toContain('geteld')
  })
})
