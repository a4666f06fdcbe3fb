/** The body of `add-checkpoint` (c2sp.org/tlog-witness), which is also how a bundle keeps a consistency proof. */
import { parseSize } from './checkpoint.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { cutAtBlankLine, hashLines, parseHashLines } from './proof-lines.ts'

export interface ConsistencyBody {
  /** Size of the older tree. */
  readonly old: number
  /** From that size to the checkpoint's. */
  readonly proof: readonly Uint8Array[]
  /** The signed note, verbatim. Neither opened nor checked here. */
  readonly checkpoint: string
}

export function formatConsistency({ old, proof, checkpoint }: ConsistencyBody): string {
  return `old ${old}\n${hashLines(proof)}\n${checkpoint}`
}

/**
 * Only the spelling that `formatConsistency` gives.
 * @throws LedgerFormatError `consistency-body`, or `size-too-large` for a size over 2^53 − 1.
 */
export function parseConsistency(text: string): ConsistencyBody {
  const parts = cutAtBlankLine(text)
  const [first, ...lines] = parts?.lines ?? []
  const [, digits] = /^old (0|[1-9]\d*)$/.exec(first ?? '') ?? []
  const proof = parseHashLines(lines)
  if (parts === undefined || digits === undefined || proof === undefined) {
    throw new LedgerFormatError('consistency-body', 'not a consistency proof as a witness reads it')
  }
  return { old: parseSize(digits), proof, checkpoint: parts.checkpoint }
}
