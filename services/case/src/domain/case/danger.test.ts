import { specification } from '@wederhoor/decider/specification'
import { describe, test } from 'vitest'
import type { Pseudonym } from '../events.ts'
import { openDanger, reviewDanger } from './asking.ts'
import {
  anna,
  bram,
  carla,
  closed,
  context,
  danger,
  melder,
  nextDay,
  opened,
  reached,
  report,
  reported,
  start,
  stranger,
  termPassed,
} from './builders.ts'
import { caseDecider } from './case.ts'

const { given } = specification(caseDecider)

const openBy = (by: Pseudonym, desk = 'desk-a') => openDanger(context({ by, desk }))
const reviewBy = (by: Pseudonym, desk = 'desk-a') => reviewDanger(context({ by, desk }))
const openedBy = (by: Pseudonym) =>
  ({ type: 'AcuteDangerOpened', danger: danger(1), by, at: start }) as const
const reviewedBy = (by: Pseudonym) =>
  ({
    type: 'AcuteDangerReviewed',
    danger: danger(1),
    melder,
    verdict: 'justified',
    remark: undefined,
    by,
    at: start,
  }) as const

describe('acute danger', () => {
  test('is reported by one person at once, without permission, on a closed case too', () => {
    given(opened()).when(report).then(reported)
    given(opened(), closed).when(report).then(reported)
  })

  test('is reviewed afterwards by another human who had it before their eyes (procedure §9.6)', () => {
    given(opened(), reported).when(openBy(bram)).then(openedBy(bram))
    given(opened(), reported, openedBy(bram)).when(reviewBy(bram)).then(reviewedBy(bram))
  })

  test('is not reviewed by whoever reported it', () => {
    given(opened(), reported).when(reviewBy(anna)).thenRefused({ reason: 'same-person' })
  })

  test('is not reviewed unread, nor on the strength of somebody else who read it', () => {
    given(opened(), reported).when(reviewBy(bram)).thenRefused({ reason: 'not-opened' })
    given(opened(), reported, openedBy(carla))
      .when(reviewBy(bram))
      .thenRefused({ reason: 'not-opened' })
  })

  test('finds its second person at a neighbouring desk, and nowhere further away', () => {
    given(opened(), reported).when(openBy(stranger, 'desk-b')).then(openedBy(stranger))
    given(opened(), reported)
      .when(openBy(stranger, 'desk-z'))
      .thenRefused({ reason: 'not-of-this-desk' })
  })

  test('that nobody reviewed within a working day is overdue, and can still be reviewed', () => {
    const overdue = {
      type: 'DangerReviewOverdue',
      danger: danger(1),
      dueAt: nextDay,
      at: termPassed,
    } as const
    given(opened(), reported)
      .when(reached(`danger-${danger(1)}`, nextDay))
      .then(overdue)
    given(opened(), reported, closed)
      .when(reached(`danger-${danger(1)}`, nextDay))
      .then(overdue)
    given(opened(), reported, openedBy(bram), overdue).when(reviewBy(bram)).then(reviewedBy(bram))
  })

  test('that was reviewed is not overdue', () => {
    given(opened(), reported, openedBy(bram), reviewedBy(bram))
      .when(reached(`danger-${danger(1)}`, nextDay))
      .thenNothing()
  })

  test('that was never reported has nothing to review', () => {
    given(opened()).when(reviewBy(bram)).thenRefused({ reason: 'no-such-danger' })
  })
})
