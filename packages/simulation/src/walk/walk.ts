/** The whole line once: from a report in somebody's own words to a signal that a ministry has answered. */
import { walkCase, walkClosing, walkReferral } from './case-walk.ts'
import { walkHearing } from './hearing-walk.ts'
import { walkIntake, walkOtherDesks } from './intake-walk.ts'
import { type Step, script, type WalkWorld } from './script.ts'
import { walkSignal } from './signal-walk.ts'

export interface Walked {
  readonly dossier: string
  /** The melder's code: with it the report can be asked after. */
  readonly code: string
  readonly hearing: string
  readonly signal: string
  readonly steps: readonly Step[]
}

/** @throws WalkBroken at the first step that goes otherwise than planned, refusals included. */
export async function walk(world: WalkWorld, say: (step: Step) => void): Promise<Walked> {
  const codes = new Map<string, string>()
  const play = script(world, codes, say)
  const { dossier, code } = await walkIntake(play, codes)
  await walkCase(play, dossier)
  const hearing = await walkHearing(play, codes, dossier)
  await walkReferral(play, dossier)
  await walkOtherDesks(play)
  const signal = await walkSignal(play)
  await walkClosing(play, dossier)
  await play.reads('olga', 'replays the case as an auditor', [
    'audit',
    `/dossiers/${dossier}/replay`,
  ])
  return { dossier, code, hearing, signal, steps: play.steps }
}
