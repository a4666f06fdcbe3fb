/**
 * The outcome of a check, as an officer signs it: a signed note (C2SP) whose text has six lines. It says what was verified
 * and what came of it, so that it can be held against the log and against every other outcome.
 *
 *     wederhoor ledger check v1
 *     <origin of the checkpoint>
 *     <size>
 *     <root, base64>
 *     verified | failed | failed <position>
 *     <when: ISO 8601, UTC, milliseconds>
 */
import { formatCheckpoint, parseCheckpoint } from '@wederhoor/ledger/checkpoint'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { instant } from '@wederhoor/vault/fields'

export interface CheckOutcome {
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  readonly outcome: 'verified' | 'failed'
  /** First bad entry, from 1; only of what failed. */
  readonly position: number | undefined
  readonly checkedAt: string
}

const HEAD = 'wederhoor ledger check v1'

export function formatCheck({ origin, size, root, outcome, position, checkedAt }: CheckOutcome) {
  const found = position === undefined ? outcome : `${outcome} ${position}`
  return `${HEAD}\n${formatCheckpoint({ origin, size, root })}${found}\n${checkedAt}\n`
}

/** Undefined for any other text, also where it would not be written the same again. */
export function parseCheck(text: string): CheckOutcome | undefined {
  const lines = text.split('\n')
  const [head, origin, size, root, found = '', checkedAt = '', end, ...more] = lines
  if (head !== HEAD || end !== '' || more.length > 0 || !instant.safeParse(checkedAt).success)
    return undefined
  const [, outcome, position] = FOUND.exec(found) ?? []
  if (outcome !== 'verified' && outcome !== 'failed') return undefined
  try {
    const checkpoint = parseCheckpoint(`${origin}\n${size}\n${root}\n`)
    const check = {
      ...checkpoint,
      outcome,
      position: position === undefined ? undefined : Number(position),
      checkedAt,
    } as const
    return formatCheck(check) === text ? check : undefined
  } catch (error) {
    if (error instanceof LedgerFormatError) return undefined
    throw error
  }
}

const FOUND = /^(verified|failed)(?:(?<=failed) ([1-9]\d{0,14}))?$/
