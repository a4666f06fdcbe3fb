import { derivedId } from '@wederhoor/decider/derived-id'
import type { EvidenceEventOf } from './evidence-events.ts'

/** What a second person confirms. */
export type Proposal = EvidenceEventOf<'EpochProposed'> | EvidenceEventOf<'LogKeyRotationProposed'>

/** Names a proposal by all that it says, by whom and when: another one never has the same name. */
export const proposalName = (event: Proposal): string =>
  derivedId(proposalNamespace, JSON.stringify(spelled(event)))
const proposalNamespace = 'b8d0a3f2-5a44-5c8e-8d55-0f1f6f6b9e27'

/** The same however the event was read: a list keeps its order. */
function spelled(event: Proposal): readonly unknown[] {
  const { type, log, by, at } = event
  if (event.type === 'LogKeyRotationProposed') return [type, log, by, at, event.step, event.newest]
  const { number, incident, witnessed, guarded } = event
  const lines = witnessed?.signatures.flatMap(({ name, signature }) => [name, signature])
  return [
    ...[type, log, by, at, number, incident],
    witnessed === undefined ? null : [witnessed.origin, witnessed.size, witnessed.root, lines],
    guarded === undefined ? null : [guarded.epoch, guarded.origin, guarded.size, guarded.root],
  ]
}
