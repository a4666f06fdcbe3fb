/** What happens to an integrator in the models that let anything happen to a ledger, and what must be so of all that it signs. */
import type { EventStore } from '@wederhoor/event-store/port'
import { expect } from 'vitest'
import { parseCheckpoint } from './checkpoint.ts'
import { anEntry, hex } from './integrator.fixture.ts'
import type { Integrator, IntegratorParts } from './integrator.ts'
import { SigningRefused } from './refusal.ts'
import { rootOf } from './tree.ts'

/** The steps of signing, in their order. */
export const signingSteps = ['tiles', 'guard', 'signature', 'checkpoint'] as const
export type SigningStep = (typeof signingSteps)[number]

type Signing = Pick<IntegratorParts, 'tiles' | 'guard' | 'signers'>

/** The process ends with `crash` just before, or just after, the step did its work; nothing of it works after that. */
export function cutAt(
  { tiles, guard, signers }: Signing,
  step: SigningStep,
  when: 'before' | 'after',
  crash: Error,
): Signing {
  let isGone = false
  const at =
    <Given extends readonly unknown[], Result>(
      name: SigningStep,
      call: (...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given): Promise<Result> => {
      if (isGone) throw crash
      isGone = name === step
      if (!isGone) return call(...given)
      if (when === 'after') await call(...given)
      throw crash
    }
  return {
    tiles: {
      ...tiles,
      writeTiles: at('tiles', tiles.writeTiles),
      publish: at('checkpoint', tiles.publish),
    },
    guard: { read: guard.read, compareAndSet: at('guard', guard.compareAndSet) },
    signers: async (of) =>
      (await signers(of)).map((signer) => ({ ...signer, sign: at('signature', signer.sign) })),
  }
}

/** A refusal is an answer, where something that was signed for is lost; it also halts the ledger. */
export async function attempt(
  { isLost, store }: { readonly isLost: boolean; readonly store: EventStore },
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work()
    expect(isLost).toBe(false)
  } catch (error) {
    if (!(error instanceof SigningRefused)) throw error
    expect(isLost).toBe(true)
    expect(await store.halted()).toBeDefined()
  }
}

/** The one after all that tiles and guard know of. */
export async function beginNextEpoch(
  integrator: Integrator,
  {
    store,
    tiles,
    guard,
  }: Pick<IntegratorParts, 'tiles' | 'guard'> & { readonly store: EventStore },
): Promise<void> {
  const kept = (await tiles.readEpoch())?.number ?? 1
  const number = Math.max(kept, (await guard.read())?.epoch ?? 1) + 1
  const lastWitnessed = (await tiles.readCheckpoint('integrated')) ?? null
  await integrator.openEpoch({ number, decidedBy: ['one', 'another'], lastWitnessed }, async () => {
    const entry = { ...anEntry(), type: 'EpochBegun' }
    await store.append(`evidence-epoch-${number}`, 'no-stream', [entry])
  })
  expect(await store.halted()).toBeUndefined()
}

export interface Signed {
  readonly size: number
  readonly root: Uint8Array
  /** Of the ledger at that time. */
  readonly leaves: readonly string[]
}

/** Keeps what was signed by origin. Within one origin each is true and takes nothing back that was signed before. */
export function keepSigned(
  signed: Map<string, readonly Signed[]>,
  texts: readonly string[],
  leaves: readonly Uint8Array[],
): void {
  for (const text of texts) {
    const { origin, size, root } = parseCheckpoint(text)
    const mine = { size, root, leaves: leaves.slice(0, size).map(hex) }
    expect(hex(root)).toBe(hex(rootOf(leaves.slice(0, size))))
    const earlier = signed.get(origin) ?? []
    for (const one of earlier) {
      expect(size).toBeGreaterThanOrEqual(one.size)
      expect(mine.leaves.slice(0, one.size)).toEqual(one.leaves)
      if (one.size === size) expect(hex(root)).toBe(hex(one.root))
    }
    signed.set(origin, [...earlier, mine])
  }
}
