import type { CommandContext } from '@wederhoor/decider/decider'
import { specification } from '@wederhoor/decider/specification'
import { describe, test } from 'vitest'
import { evidenceDecider } from './evidence.ts'
import type { EvidenceCommand } from './evidence-commands.ts'
import type { EvidenceEventOf, Hash, Origin, PublicKey } from './evidence-events.ts'
import { proposalName } from './proposal-name.ts'

const { given } = specification(evidenceDecider)

const nora = '11111111-1111-4111-8111-111111111111' as CommandContext['actor']['pseudonym']
const fenna = '22222222-2222-4222-8222-222222222222' as CommandContext['actor']['pseudonym']
const sasha = '44444444-4444-4444-8444-444444444444' as CommandContext['actor']['pseudonym']
const at = '2024-06-01T09:00:00.000Z' as CommandContext['at']
const log = 'wederhoor.test/ledger' as Origin
const root = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' as Hash
const newest = root as unknown as PublicKey
const guarded = { epoch: 1, origin: log, size: 14, root }

const by = (pseudonym: CommandContext['actor']['pseudonym']): CommandContext => ({
  id: '33333333-3333-4333-8333-333333333333',
  at,
  occurredAt: at,
  dossier: null,
  actor: { role: 'privacy-officer', desk: null, pseudonym },
  power: { code: 'toezicht-geschiedenis', version: '1' },
  policy: '2024-01',
  causation: null,
  correlation: null,
  trace: null,
})

const propose = (context: CommandContext): EvidenceCommand => ({
  type: 'ProposeEpoch',
  context,
  log,
  number: 2,
  incident: 'restored-backup',
  witnessed: undefined,
  guarded,
})
const proposed: EvidenceEventOf<'EpochProposed'> = {
  type: 'EpochProposed',
  ...{ log, number: 2, incident: 'restored-backup', witnessed: undefined, guarded, by: nora, at },
}
const second = 'wederhoor.test/ledger/epoch/2' as Origin
const begin = (decidedBy: typeof nora, of = proposed): EvidenceCommand => ({
  type: 'BeginEpoch',
  ...{ context: by(decidedBy), number: 2, origin: second, survived: 11, decidedBy },
  proposal: proposalName(of),
  guarded: undefined,
})
const confirm = (who: typeof nora, of = proposed): EvidenceCommand => ({
  type: 'ConfirmEpoch',
  ...{ context: by(who), number: 2, proposal: proposalName(of) },
})
const begun: EvidenceEventOf<'EpochBegun'> = {
  type: 'EpochBegun',
  ...{ log, number: 2, origin: second, incident: 'restored-backup', witnessed: undefined },
  ...{ guarded, survived: 11, proposedBy: nora, decidedBy: fenna, at },
}

describe('an epoch', () => {
  test('that nobody proposed does not begin', () => {
    given().when(begin(fenna)).thenRefused({ reason: 'nothing-proposed' })
    given().when(confirm(fenna)).thenRefused({ reason: 'nothing-proposed' })
  })

  test('that was proposed is not confirmed by who proposed it', () => {
    given(proposed).when(confirm(nora)).thenRefused({ reason: 'same-person' })
    given(proposed).when(begin(nora)).thenRefused({ reason: 'same-person' })
  })

  test('begins with what the guard knew when it was proposed, where a crash has moved it since', () => {
    given(proposed).when(begin(fenna)).then(begun)
  })

  test('begins once, whoever goes on with it', () => {
    given(proposed, begun).when(begin(nora)).thenNothing()
    given(proposed, begun).when(confirm(nora)).thenNothing()
  })

  test('is confirmed as it was read: not what somebody put in its place (swapped proposal)', () => {
    const other = { ...proposed, incident: 'guard-lost', by: sasha } as const
    const changed = { reason: 'proposal-changed' } as const
    given(proposed, other).when(confirm(fenna)).thenRefused(changed)
    given(proposed, other).when(begin(fenna)).thenRefused(changed)
    given(proposed, other).when(confirm(fenna, other)).thenNothing()
    given(proposed, begun).when(confirm(fenna, other)).thenRefused(changed)
    given(proposed, begun).when(begin(fenna, other)).thenRefused(changed)
  })

  test('is proposed once by the same person, and anew by another', () => {
    given()
      .when(propose(by(nora)))
      .then(proposed)
    given(proposed)
      .when(propose(by(nora)))
      .thenNothing()
    given(proposed)
      .when(propose(by(fenna)))
      .then({ ...proposed, by: fenna })
  })
})

describe('an exchange of keys', () => {
  const asked = (step: 'begin' | 'end', keys: number): EvidenceCommand => ({
    type: 'ProposeRotation',
    ...{ context: by(nora), log, step, newest, keys },
  })
  const rotation = (step: 'begin' | 'end'): EvidenceEventOf<'LogKeyRotationProposed'> => ({
    type: 'LogKeyRotationProposed',
    ...{ log, step, newest, by: nora, at },
  })
  const done = (who: typeof nora, of = rotation('begin')): EvidenceCommand => ({
    type: 'NoteRotated',
    ...{ context: by(who), step: 'begin', newest, proposal: proposalName(of) },
  })
  const confirm = (who: typeof nora, of = rotation('begin')): EvidenceCommand => ({
    type: 'ConfirmRotation',
    ...{ context: by(who), step: 'begin', proposal: proposalName(of) },
  })
  const rotated: EvidenceEventOf<'LogKeyRotated'> = {
    type: 'LogKeyRotated',
    ...{ log, step: 'begin', newest, proposedBy: nora, decidedBy: fenna, at },
  }

  test('is confirmed by another person than who proposed it', () => {
    given(rotation('begin')).when(confirm(nora)).thenRefused({ reason: 'same-person' })
    given(rotation('begin')).when(done(nora)).thenRefused({ reason: 'same-person' })
    given(rotation('begin')).when(done(fenna)).then(rotated)
    given(rotation('begin'), rotated).when(done(fenna)).thenNothing()
  })

  test('is confirmed as it was read: not what somebody put in its place (swapped proposal)', () => {
    const other = { ...rotation('begin'), by: sasha }
    const changed = { reason: 'proposal-changed' } as const
    given(rotation('begin'), other).when(confirm(fenna)).thenRefused(changed)
    given(rotation('begin'), other).when(done(fenna)).thenRefused(changed)
    given(rotation('begin'), rotated).when(confirm(fenna, other)).thenRefused(changed)
  })

  test('does not begin while one is under way, nor end where none is', () => {
    given().when(asked('begin', 2)).thenRefused({ reason: 'overlap-stands' })
    given().when(asked('end', 1)).thenRefused({ reason: 'no-overlap' })
    given(rotation('end')).when(asked('begin', 1)).thenRefused({ reason: 'other-proposal-stands' })
  })
})

describe('a check by an officer', () => {
  const check = {
    ...{ log, origin: log, size: 11, root, checkedAt: at, keyName: 'officer.example' as Origin },
    ...{ key: newest, signature: 'A'.repeat(92) as never },
  }
  const facts = { writtenAt: '2024-06-01T08:59:00.000Z' as typeof at }
  const hand = (change: object): EvidenceCommand => ({
    ...{ type: 'RecordCheck', context: by(nora), ...check, ...facts },
    ...{ outcome: 'verified', position: undefined, ...change },
  })
  const checked: EvidenceEventOf<'LedgerChecked'> = {
    ...{ type: 'LedgerChecked', ...check, outcome: 'verified', position: undefined, by: nora, at },
  }

  test('that failed is an incident as well', () => {
    const failed = { ...check, outcome: 'failed' as const, position: 4 }
    given()
      .when(hand(failed))
      .then(
        { type: 'LedgerChecked', ...failed, by: nora, at },
        {
          type: 'VerificationFailed',
          ...{ log, size: 11, position: 4, reason: 'found-by-officer', detectedBy: 'officer', at },
        },
      )
  })

  test('that succeeded is none', () => {
    given().when(hand({})).then(checked)
    given(checked).when(hand({})).thenNothing()
  })

  test('of an empty log is none: it would put off the next one', () => {
    given()
      .when(hand({ size: 0, writtenAt: undefined }))
      .thenRefused({ reason: 'nothing-checked' })
  })

  test('says a time at which it can have been done, give or take five minutes', () => {
    const future = { reason: 'checked-in-the-future' } as const
    given()
      .when(hand({ checkedAt: '2024-06-01T09:05:00.001Z' }))
      .thenRefused(future)
    given()
      .when(hand({ checkedAt: '2024-06-01T09:05:00.000Z' }))
      .then({ ...checked, checkedAt: '2024-06-01T09:05:00.000Z' as typeof at })
    const early = { reason: 'checked-too-early' } as const
    given()
      .when(hand({ checkedAt: '2024-06-01T08:53:59.999Z' }))
      .thenRefused(early)
    const older = { checkedAt: '2024-06-01T08:58:00.000Z', signature: 'B'.repeat(92) }
    given(checked).when(hand(older)).thenRefused(early)
  })
})
