import type { CasePublished } from '@wederhoor/contracts/events/case'
import type { Digest } from '@wederhoor/vault/fields'
import { describe, expect, test } from 'vitest'
import * as build from './domain/referral/builders.ts'
import { type OwnReferral, reactionsTo } from './reactions.ts'

const dossier = '9c1d2e3f-4a5b-4c6d-8e7f-901234567890'
const own: readonly OwnReferral[] = [
  { referral: build.referral, partner: build.huisarts, requests: [build.request()] },
  {
    referral: '11111111-0000-4000-8000-000000000001',
    partner: 'crm',
    requests: [build.request(2)],
  },
  { referral: '11111111-0000-4000-8000-000000000002', partner: 'mod', requests: [] },
]
const stream = `referral-${build.referral}`
const { basis, seenDueAt, acceptDueAt } = build.offerIt()
const offer = { basis, seenDueAt, acceptDueAt }

const heard = (event: object) =>
  ({ dossier, at: build.start, ...event }) as unknown as CasePublished
const granted = heard({
  name: 'permit-granted',
  permit: build.permit(),
  request: build.request(),
  act: 'refer-with-data',
  receiver: build.huisarts,
  digest: build.drafted().content.sealed,
  validUntil: build.validUntil,
})

describe('a permit that case granted', () => {
  test('is received and used at once, for it lives only minutes', () => {
    const { context: _one, ...receive } = build.receive()
    const { context: _other, ...offered } = build.offerIt()
    expect(reactionsTo(granted, own, { offer })).toEqual([
      { stream, command: receive, act: 'refer' },
      { stream, command: offered, act: 'refer' },
    ])
  })

  test('of another service concerns nobody here', () => {
    expect(
      reactionsTo({ ...granted, act: 'serve-complaint' } as CasePublished, own, { offer }),
    ).toEqual([])
    expect(reactionsTo(granted, [], { offer })).toEqual([])
  })
})

describe('a permit that case refused or cancelled', () => {
  test('reaches the referral that asked for it', () => {
    const request = build.request(2)
    const other = `referral-${own[1]?.referral}`
    expect(
      reactionsTo(heard({ name: 'permit-refused', request, reason: 'no-permission' }), own, {}),
    ).toEqual([
      {
        stream: other,
        command: { type: 'ReceivePermitRefusal', request, reason: 'no-permission' },
        act: 'refer',
      },
    ])
    expect(
      reactionsTo(heard({ name: 'permit-cancelled', request, permit: build.permit() }), own, {}),
    ).toEqual([
      { stream: other, command: { type: 'CancelPermit', request }, act: 'recall-referral' },
    ])
  })
})

describe('a withdrawn permission', () => {
  const withdrawn = (act: string) =>
    heard({
      name: 'permission-withdrawn',
      permission: build.permit(),
      act,
      receiver: build.huisarts,
    })

  test('reaches every referral to that receiver, and no other', () => {
    const { digest } = build.withdraw('permission-withdrawn') as { digest: Digest }
    expect(reactionsTo(withdrawn('refer-with-data'), own, { digest })).toEqual([
      {
        stream,
        command: { type: 'WithdrawReferral', why: 'permission-withdrawn', digest },
        act: 'recall-referral',
      },
    ])
  })

  test('for another act changes nothing', () => {
    expect(reactionsTo(withdrawn('serve-complaint'), own, {})).toEqual([])
  })
})

describe('a closed case', () => {
  test('reaches everything that stands here of the dossier', () => {
    const reached = reactionsTo(heard({ name: 'case-closed', outcome: 'afgerond' }), own, {})
    expect(reached.map((one) => one.stream)).toEqual(own.map((one) => `referral-${one.referral}`))
    expect(new Set(reached.map((one) => one.command.type))).toEqual(new Set(['WithdrawReferral']))
  })
})
