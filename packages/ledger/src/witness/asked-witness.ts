/** One witness as the worker sees it: what it cosigned last, how it failed, and when it may be asked again. */
import type { TileStorage } from '../tile-storage.ts'
import { addCheckpoint, type Cosignature, type Witness } from './witness-client.ts'
import { WitnessError } from './witness-error.ts'
import type { UnwitnessedCheckpoint } from './witnessed-checkpoint.ts'

/** After each failure in a row a longer pause, for the witness's sake as much as for ours; the last one from then on. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]

export interface WitnessHealth {
  readonly name: string
  /** Failures in a row. */
  readonly failures: number
  /** Why it did not cosign when it was asked last; nothing when it did. */
  readonly error: WitnessError | undefined
}

export interface AskedWitness {
  readonly vkey: string
  /** Whether its pause is over. */
  isDue(): boolean
  /** @throws WitnessError; and what reading tiles throws. */
  ask(checkpoint: UnwitnessedCheckpoint, signal: AbortSignal): Promise<Cosignature>
  health(): WitnessHealth
}

export function askedWitness(
  witness: Witness,
  parts: {
    readonly tiles: Pick<TileStorage, 'readTileOf'>
    readonly timeoutMs: number
    readonly nowMs: () => number
  },
): AskedWitness {
  const { nowMs, timeoutMs } = parts
  const { name, vkey } = witness.verifier
  let failures = 0
  let error: WitnessError | undefined
  let notBefore = Number.NEGATIVE_INFINITY
  /** By origin. Gone with the process: the witness itself says better. */
  const known = new Map<string, number>()

  return {
    vkey,
    isDue: () => nowMs() >= notBefore,
    async ask({ note, origin, size, proof }, signal) {
      try {
        const old = Math.min(known.get(origin) ?? 0, size)
        const cosigned = await addCheckpoint(witness, { note, old, proof, timeoutMs, signal })
        known.set(origin, size)
        failures = 0
        error = undefined
        notBefore = Number.NEGATIVE_INFINITY
        return cosigned
      } catch (cause) {
        if (cause instanceof WitnessError) {
          error = cause
          failures += 1
          notBefore = nowMs() + (PAUSES_MS[failures - 1] ?? PAUSES_MS.at(-1) ?? 0)
        }
        throw cause
      }
    },
    health: () => ({ name, failures, error }),
  }
}
