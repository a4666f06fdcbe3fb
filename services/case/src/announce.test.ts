import { describe, expect, test } from 'vitest'
import { announce } from './announce.ts'
import {
  anna,
  bram,
  cancelled,
  closed,
  given,
  granted,
  lead,
  nextDay,
  noted,
  opened,
  refused,
  reopened,
  reported,
  start,
  withdrawn,
} from './domain/case/builders.ts'
import type { CaseEvent } from './domain/events.ts'

const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
const told = (event: CaseEvent) => announce(event, dossier)

describe('what case tells the others', () => {
  test('is what they act on: permission, permits, the contact person, closing', () => {
    const events = [
      opened(),
      given(),
      withdrawn(),
      granted(),
      refused('anonymous'),
      cancelled('withdrawn'),
      closed,
      reopened,
    ]
    expect(events.map((event) => told(event)?.type.split('.').at(-2))).toEqual([
      'case-opened',
      'permission-given',
      'permission-withdrawn',
      'permit-granted',
      'permit-refused',
      'permit-cancelled',
      'case-closed',
      'case-reopened',
    ])
  })

  test('names whoever stands in as the contact person of now', () => {
    const left = {
      type: 'ContactPersonLeft',
      contactPerson: anna,
      interim: bram,
      successorDueAt: nextDay,
      by: lead,
      at: start,
    } as const
    expect(told(left)?.data).toEqual({ dossier, contactPerson: bram, at: start })
  })

  test('leaves out who told it, what was said and why it closed', () => {
    expect(told(closed)?.data).toEqual({ dossier, outcome: 'opgelost', at: start })
    expect(told(noted())).toBeUndefined()
    expect(told(reported)).toBeUndefined()
  })
})
