/** The file in which an installation names its witnesses: `<vkey> <url>` on a line for each, and `quorum <k>` on one. */
import { LedgerFormatError } from '../ledger-format-error.ts'
import { verifierOf } from '../signed-note.ts'
import { quorumFault } from './quorum.ts'
import type { Witness } from './witness-client.ts'

export interface WitnessList {
  readonly witnesses: readonly Witness[]
  /** How many of them make a quorum; 0 where there are none. */
  readonly k: number
}

export const noWitnesses: WitnessList = { witnesses: [], k: 0 }

/** The file is not one of witnesses; the message says which line and what to do. */
export class WitnessListError extends Error {
  override readonly name = 'WitnessListError'
  readonly code = 'bad-witnesses'
}

/** Blank lines, and lines that begin with `#`, say nothing. @throws WitnessListError. */
export function parseWitnessList(text: string): WitnessList {
  const witnesses: Witness[] = []
  let k: number | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/)
    const [first = '', second] = words
    if (first === '' || first.startsWith('#')) continue
    if (words.length !== 2 || second === undefined)
      throw bad(index, 'is neither `<vkey> <url>` nor `quorum <k>`')
    if (first !== 'quorum') witnesses.push(witnessIn(first, second, index))
    else if (k !== undefined || !/^[1-9]\d{0,3}$/.test(second))
      throw bad(index, 'must be the only quorum, a number from 1')
    else k = Number(second)
  }
  if (witnesses.length === 0 && k === undefined) return noWitnesses
  if (k === undefined)
    throw new WitnessListError('The file of witnesses names no quorum: add a line `quorum <k>`.')
  const fault = quorumFault({ k, witnesses: witnesses.map(({ verifier }) => verifier) })
  if (fault !== undefined) throw new WitnessListError(fault)
  return { witnesses, k }
}

function witnessIn(vkey: string, url: string, index: number): Witness {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw bad(index, 'has no address of a witness: http or https')
  try {
    return { verifier: verifierOf(vkey), url }
  } catch (cause) {
    if (!(cause instanceof LedgerFormatError)) throw cause
    throw bad(index, 'does not begin with a public key (vkey)', { cause })
  }
}

const bad = (index: number, what: string, options?: ErrorOptions): WitnessListError =>
  new WitnessListError(`Line ${index + 1} of the file of witnesses ${what}.`, options)
