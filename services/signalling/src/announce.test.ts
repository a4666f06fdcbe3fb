import { describe, expect, test } from 'vitest'
import { announce } from './announce.ts'
import * as build from './domain/signal/builders.ts'

describe('what the others hear of a signal', () => {
  test('is that it was sent, answered or overdue, under its own subject', () => {
    const told = [build.sent, build.answered(), build.overdue].map((event) => announce(event))
    expect(told.map((one) => one?.type.split('.').at(-2))).toEqual([
      'signal-sent',
      'signal-answered',
      'signal-overdue',
    ])
    for (const one of told) expect(one?.subject).toBe(`signal/${build.signal}`)
  })

  test('holds no text, no commitment to one and nobody who acted', () => {
    const text = JSON.stringify([build.sent, build.answered()].map((event) => announce(event)))
    for (const secret of [build.sealed('answer').sealed, build.minister, build.sara])
      expect(text).not.toContain(secret)
  })

  test('is nothing about drafts and approvals', () => {
    for (const event of [build.drafted(), build.opened, build.approved])
      expect(announce(event)).toBeUndefined()
  })
})
