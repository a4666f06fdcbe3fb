/** Builders for tests: what is asked of an erasure and what was recorded, by whom coming last. */
import type { Uuid } from '@wederhoor/vault/fields'
import { anna, at, bram, carla, context, melder } from '../domain/case/builders.ts'
import type { ErasureCommand } from '../domain/erasure/commands.ts'
import type {
  DefenceGround,
  ErasureEvent,
  ErasureGround,
  HoldGround,
  HoldId,
  RefusalGround,
} from '../domain/erasure-events.ts'
import type { Pseudonym } from '../domain/events.ts'

type Of<Type extends ErasureCommand['type']> = Extract<ErasureCommand, { readonly type: Type }>

export const officer = '0f0f1c1d-aaaa-4bbb-8ccc-000000000001' as Pseudonym
export const otherOfficer = '0f0f1c1d-aaaa-4bbb-8ccc-000000000002' as Pseudonym
export const ground = 'toestemming-ingetrokken' as ErasureGround
export const holdGround = 'rechtsvordering' as HoldGround
export const running = 'lopend-hoor-en-wederhoor' as HoldGround
export const noGround = 'geen-grond' as RefusalGround
export const defence = 'ander-stemt-in' as DefenceGround
export const hold = (index: number) =>
  `0a0b0c0d-1111-4222-8333-00000000000${index}` as string as HoldId
export const reviewDueAt = at('2024-06-01T21:59:59.999Z')
export const answerDueAt = at('2024-04-01T21:59:59.999Z')
export const later = at('2024-06-02T09:00:00.000Z')
export const people = [anna, bram, carla, officer, otherOfficer]

export const request = (by: Pseudonym = anna): Of<'RequestErasure'> => ({
  type: 'RequestErasure',
  party: melder,
  ground,
  how: 'told-to-staff',
  answerDueAt,
  context: context({ by }),
})
export const place = (index = 1, by: Pseudonym = anna): Of<'PlaceLegalHold'> => ({
  type: 'PlaceLegalHold',
  party: melder,
  hold: hold(index),
  ground: holdGround,
  reviewDueAt,
  context: context({ by }),
})
export const lift = (index = 1, by: Pseudonym = otherOfficer): Of<'LiftLegalHold'> => ({
  type: 'LiftLegalHold',
  hold: hold(index),
  context: context({ by }),
})
export const weighed = { hands: [anna, bram], running: [], heardByAnother: false } as const
export const erase = (
  by: Pseudonym = officer,
  change: Partial<Pick<Of<'DecideErasure'>, 'running' | 'heardByAnother'>> & {
    readonly defence?: DefenceGround
  } = {},
): Of<'DecideErasure'> => ({
  type: 'DecideErasure',
  verdict: 'erase',
  ...weighed,
  ...change,
  context: context({ by }),
})
export const refuse = (by: Pseudonym = officer): Of<'DecideErasure'> => ({
  type: 'DecideErasure',
  verdict: 'refuse',
  ground: noGround,
  ...weighed,
  context: context({ by }),
})
export const noteOverdue: Of<'NoteOverdue'> = {
  type: 'NoteOverdue',
  dueAt: answerDueAt,
  context: context(),
}
export const noteErased: Of<'NoteErased'> = { type: 'NoteErased', digests: 3, context: context() }
export const noteIncomplete: Of<'NoteIncomplete'> = {
  type: 'NoteIncomplete',
  left: ['keys', 'sealed'],
  againDueAt: later,
  context: context(),
}
export const noteCompleted: Of<'NoteCompleted'> = {
  type: 'NoteCompleted',
  digests: 3,
  keys: 1,
  epochs: ['0011223344556677' as Uuid<'kek-epoch'>],
  finalDueAt: later,
  context: context(),
}
export const noteFinal: Of<'NoteFinal'> = { type: 'NoteFinal', context: context() }
export const review = (index = 1): Of<'ReviewHold'> => ({
  type: 'ReviewHold',
  hold: hold(index),
  dueAt: reviewDueAt,
  context: context(),
})

const facts = { party: melder, at: at('2024-03-01T09:00:00.000Z') }
export const requested: ErasureEvent = {
  type: 'ErasureRequested',
  ...facts,
  ground,
  how: 'told-to-staff',
  answerDueAt,
  by: anna,
}
export const placed: ErasureEvent = {
  type: 'LegalHoldPlaced',
  ...facts,
  hold: hold(1),
  ground: holdGround,
  reviewDueAt,
  by: anna,
}
export const lifted: ErasureEvent = {
  type: 'LegalHoldLifted',
  hold: hold(1),
  by: otherOfficer,
  at: facts.at,
}
export const refused: ErasureEvent = {
  type: 'ErasureRefused',
  ...facts,
  grounds: [noGround],
  by: officer,
}
export const granted: ErasureEvent = { type: 'ErasureGranted', ...facts, ground, by: officer }
export const erased: ErasureEvent = {
  type: 'PartyErased',
  ...facts,
  digests: 3,
  ground,
  decider: officer,
}
export const completed: ErasureEvent = {
  type: 'ErasureCompleted',
  ...facts,
  digests: 3,
  keys: 1,
  epochs: [],
  finalDueAt: later,
}
export const final: ErasureEvent = { type: 'ErasureFinal', ...facts }
