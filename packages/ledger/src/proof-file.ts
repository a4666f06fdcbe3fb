/** `.tlog-proof` files: c2sp.org/tlog-proof@v1. That an entry stands at an index under a checkpoint. */
import { decodeBase64, encodeBase64 } from './canonical-base64.ts'
import { parseSize } from './checkpoint.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { cutAtBlankLine, hashLines, parseHashLines } from './proof-lines.ts'

export interface ProofFile {
  readonly index: number
  /** The inclusion proof, the leaf's side first. */
  readonly hashes: readonly Uint8Array[]
  /** The signed note, verbatim. Neither opened nor checked here. */
  readonly checkpoint: string
  /** Bytes whose meaning is the application's. */
  readonly extra?: Uint8Array
}

const HEADER = 'c2sp.org/tlog-proof@v1'

export function formatProofFile({ index, hashes, checkpoint, extra }: ProofFile): string {
  const extraLine = extra === undefined ? '' : `extra ${encodeBase64(extra)}\n`
  return `${HEADER}\n${extraLine}index ${index}\n${hashLines(hashes)}\n${checkpoint}`
}

/**
 * Only the spelling that `formatProofFile` gives.
 * @throws LedgerFormatError `proof-file`, or `size-too-large` for an index over 2^53 − 1.
 */
export function parseProofFile(text: string): ProofFile {
  const parts = cutAtBlankLine(text)
  const [header, ...lines] = parts?.lines ?? []
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined
  const extra = extraLine === undefined ? undefined : decodeBase64(extraLine.slice('extra '.length))
  const [, digits] = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '') ?? []
  const hashes = parseHashLines(lines)
  if (
    parts === undefined ||
    header !== HEADER ||
    (extraLine !== undefined && extra === undefined) ||
    digits === undefined ||
    hashes === undefined
  ) {
    throw new LedgerFormatError('proof-file', 'not a proof file of version 1')
  }
  const proof = { index: parseSize(digits), hashes, checkpoint: parts.checkpoint }
  return extra === undefined ? proof : { ...proof, extra }
}
