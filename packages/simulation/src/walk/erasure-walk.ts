/** What follows the walk where it is asked for: the melder asks to be erased, by code, and is, on two dates. */
import { type Step, script, type WalkWorld } from './script.ts'
import type { Walked } from './walk.ts'

export interface WalkedErasure {
  readonly steps: readonly Step[]
  /** Random id of the party that was erased. */
  readonly party: string
  /** With its proofs, as the officer hands it out. */
  readonly certificate: Readonly<Record<string, unknown>>
}

/** The term after which backups no longer undo an erasure, and one day. */
const DAYS_UNTIL_FINAL = 36

/** @throws WalkBroken at the first step that goes otherwise than planned. */
export async function walkErasure(
  world: WalkWorld,
  { dossier, code }: Pick<Walked, 'dossier' | 'code'>,
  say: (step: Step) => void,
): Promise<WalkedErasure> {
  const { steps, does, reads } = script(world, new Map([['melder', code]]), say)
  const erasure = `/cases/${dossier}/erasures/melder`
  await does('melder', 'asks by code to be erased', ['intake', '/my-melding/erasure'], {})
  await does(
    'fenna',
    'decides without weighing what the other needs to defend themself',
    ['case', `${erasure}/decision`],
    { verdict: 'erase' },
    409,
  )
  await does(
    'fenna',
    'weighs that the other has a copy, and decides to erase',
    ['case', `${erasure}/decision`],
    { verdict: 'erase', defence: 'ander-heeft-afschrift' },
  )
  const { party } = await untilStatus('completed', () =>
    reads('fenna', 'sees that the live stores are clean', ['case', erasure]),
  )
  await reads(
    'melder',
    'asks once more by code, which opens nothing now',
    ['intake', '/my-melding'],
    410,
  )
  for (let day = 0; day < DAYS_UNTIL_FINAL; day += 1) await world.dayPasses()
  await untilStatus('final', () =>
    reads('fenna', 'sees that no backup can undo it either', ['case', erasure]),
  )
  const certificate = await reads('fenna', 'hands out the certificate', [
    'case',
    `${erasure}/certificate`,
  ])
  return { steps, party: String(party), certificate }
}

async function untilStatus(
  status: string,
  look: () => Promise<Readonly<Record<string, unknown>>>,
): Promise<Readonly<Record<string, unknown>>> {
  const seen = await look()
  if (seen['status'] !== status)
    throw new Error(`the erasure is ${String(seen['status'])}, not ${status}`)
  return seen
}
