import { specification } from '@wederhoor/decider/specification'
import { describe, expect, test } from 'vitest'
import type { CaseEventOf, Pseudonym } from '../events.ts'
import { acceptOffer, nameDeputy, offerTo, refuseOffer, replace } from './asking.ts'
import {
  anna,
  asLead,
  bram,
  carla,
  context,
  lead,
  melder,
  nextDay,
  opened,
  reached,
  reason,
  sealed,
  start,
  termPassed,
} from './builders.ts'
import { caseDecider } from './case.ts'

const { given } = specification(caseDecider)

const offer = (to: Pseudonym) => offerTo(to, context())
const offered = (to: Pseudonym): CaseEventOf<'ContactPersonOffered'> => ({
  type: 'ContactPersonOffered',
  melder,
  to,
  reason: 'absence',
  explanation: sealed('explanation'),
  dueAt: nextDay,
  by: anna,
  at: start,
})
const named = (deputy: Pseudonym) => ({ type: 'DeputyNamed', deputy, by: anna, at: start }) as const
const acceptBy = (by: Pseudonym) => acceptOffer(context({ by }))
const refuseBy = (by: Pseudonym) => refuseOffer(context({ by }))
const changed = (contactPerson: Pseudonym, previous: Pseudonym) =>
  ({ type: 'ContactPersonChanged', contactPerson, previous, at: start }) as const
const replaceBy = (by = asLead()) => replace(anna, by)
const left = (interim: Pseudonym): CaseEventOf<'ContactPersonLeft'> => ({
  type: 'ContactPersonLeft',
  contactPerson: anna,
  interim,
  successorDueAt: nextDay,
  by: lead,
  at: start,
})

describe('a contact person', () => {
  test('hands over with an explanation, and stays until the next one accepts (CAS-01, ROU-02)', () => {
    const outcome = given(opened()).when(offer(bram))
    outcome.then(offered(bram))
    expect(outcome.state).toMatchObject({ contactPerson: anna })
    given(opened(), offered(bram)).when(acceptBy(bram)).then(changed(bram, anna))
  })

  test('cannot be replaced by somebody who was not asked', () => {
    given(opened(), offered(bram))
      .when(acceptBy(carla))
      .thenRefused({ reason: 'not-offered-to-you' })
  })

  test('stays when the other refuses, or says nothing', () => {
    given(opened(), offered(bram))
      .when(refuseBy(bram))
      .then({
        type: 'ContactPersonRefused',
        by: bram,
        reason: reason('geen-capaciteit'),
        at: start,
      })
    const silence = given(opened(), offered(bram)).when(reached('contact-person', nextDay))
    silence.then({ type: 'ContactPersonOfferLapsed', to: bram, at: termPassed })
    expect(silence.state).toMatchObject({ contactPerson: anna })
    given(opened(), offered(bram), { type: 'ContactPersonOfferLapsed', to: bram, at: termPassed })
      .when(acceptBy(bram))
      .thenRefused({ reason: 'not-offered-to-you' })
  })

  test('may be offered to somebody else instead', () => {
    given(opened(), offered(bram)).when(offer(carla)).then(offered(carla))
    given(opened(), offered(bram), offered(carla))
      .when(acceptBy(bram))
      .thenRefused({ reason: 'not-offered-to-you' })
  })

  test('is no deputy of themself any more once they accepted', () => {
    const { state } = given(opened(), named(bram), offered(bram)).when(acceptBy(bram))
    expect(state).toMatchObject({ contactPerson: bram, deputies: [] })
  })
})

describe('a contact person who is gone', () => {
  test('is stood in for by the first deputy at once (CAS-03)', () => {
    given(opened(), named(bram), named(carla)).when(replaceBy()).then(left(bram))
  })

  test('is stood in for by the team lead where there is no deputy', () => {
    given(opened()).when(replaceBy()).then(left(lead))
  })

  test('has to name a deputy first when they are the team lead themself', () => {
    given(opened({ contactPerson: lead }))
      .when({ ...replaceBy(), contactPerson: lead })
      .thenRefused({ reason: 'deputy-needed' })
  })

  test('is replaced by a lead only', () => {
    given(opened())
      .when(replaceBy(context({ by: anna })))
      .thenRefused({ reason: 'only-the-team-lead' })
    given(opened())
      .when(replaceBy(asLead({ desk: 'desk-b' })))
      .thenRefused({ reason: 'not-of-this-desk' })
    given(opened())
      .when(replaceBy(asLead({ desk: 'landelijk', role: 'national-coordinator' })))
      .then(left(lead))
  })

  test('a successor has to be found within the term', () => {
    given(opened(), left(lead))
      .when(reached('successor', nextDay))
      .then({ type: 'SuccessorOverdue', dueAt: nextDay, at: termPassed })
  })

  test('whoever stands in becomes the fixed one by accepting', () => {
    given(opened(), named(bram), left(bram))
      .when(offer(bram))
      .thenRefused({ reason: 'not-assigned' })
    const byLead = { ...offer(bram), context: asLead() }
    given(opened(), named(bram), left(bram))
      .when(byLead)
      .then({ ...offered(bram), by: lead })
    given(opened(), named(bram), left(bram), offered(bram))
      .when(acceptBy(bram))
      .then(changed(bram, bram))
    given(opened(), left(bram), offered(bram), changed(bram, bram))
      .when(reached('successor', nextDay))
      .thenNothing()
  })
})

describe('deputies', () => {
  test('are named and ended, each once', () => {
    given(opened()).when(nameDeputy(bram, context())).then(named(bram))
    given(opened(), named(bram))
      .when({ type: 'EndDeputy', deputy: bram, context: context() })
      .then({ type: 'DeputyEnded', deputy: bram, by: anna, at: start })
  })

  test('may work at another desk: a desk of one person has neighbours', () => {
    given(opened(), named(bram))
      .when({ type: 'NameDeputy', deputy: carla, context: context({ by: bram, desk: 'desk-b' }) })
      .then({ type: 'DeputyNamed', deputy: carla, by: bram, at: start })
  })
})
