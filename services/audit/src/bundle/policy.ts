/** `policy`: the keys as the exporter knows them. Informative: whoever verifies gets the keys from elsewhere. */
import { vkeyOf } from '@wederhoor/ledger/signed-note'
import { hearingOrigin } from './trust.ts'

export interface PolicyKeys {
  /** Vkeys of the log, the newest first. */
  readonly log: readonly string[]
  /** By hearing, the public keys (base64) that its seals name. */
  readonly hearings: ReadonlyMap<string, ReadonlySet<string>>
  /** Vkeys of witnesses. */
  readonly witnesses: readonly string[]
}

/** Log, hearings, witnesses; one a line. @param base origin of the ledger. */
export function policyText(base: string, { log, hearings, witnesses }: PolicyKeys): string {
  const ofHearings = [...hearings]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([hearing, keys]) =>
      [...keys].map((key) => vkeyOf(hearingOrigin(base, hearing), Buffer.from(key, 'base64'))),
    )
  return [...new Set([...log, ...ofHearings, ...witnesses])].map((vkey) => `${vkey}\n`).join('')
}
