/** What an act is done under at a moment: the settings in force, and the power (*bevoegdheid*) it rests on (BEV-11). */
import { type Policy, policyInForceOn, powerFor } from './policy.ts'

export interface Ruling {
  readonly settings: Policy['settings']
  /** Version of the policy. */
  readonly policy: string
  readonly power: { readonly code: string; readonly version: string }
}

/** Nobody may do this at that moment: no policy was in force, or no active power covers the act. */
export class NoSuchPower extends Error {
  readonly code = 'no-such-power'
  constructor(act: string, at: string) {
    super(`no power covers ${act} at ${at}`)
    this.name = 'NoSuchPower'
  }
}

/** @throws NoSuchPower. An act that no power covers is not done. */
export function rulingFor(act: string, at: string): Ruling {
  const policy = policyInForceOn(at)
  const power = policy === undefined ? undefined : powerFor(policy, act, at)
  if (policy === undefined || power === undefined) throw new NoSuchPower(act, at)
  return {
    settings: policy.settings,
    policy: policy.version,
    power: { code: power.code, version: power.version },
  }
}
