/**
 * What a receiver may open: `disclosures.jsonl`, a line of canonical JSON for each, in the order of (leaf, path). A
 * disclosure is base64url(JSON [salt, path, value]) in the form of RFC 9901 and is never encoded anew.
 */
import { isUnambiguous } from '@wederhoor/ledger/strict-entry'
import { digestOf } from '@wederhoor/vault/disclosure'
import { BundleError, type Disproof, disproof } from './bundle-error.ts'
import { DISCLOSURES } from './layout.ts'
import { textIn } from './text.ts'

export interface DisclosureLine {
  readonly leaf: number
  /** JSON pointer, as the entry's commitments name it. */
  readonly path: string
  /** The path that the disclosure itself speaks of. */
  readonly disclosed: string
  readonly digest: string
}

/** @param line `disclosure` in base64url. Ends in a line feed. */
export const disclosureLine = (line: {
  readonly disclosure: string
  readonly leaf: number
  readonly path: string
}): string => `{"disclosure":"${line.disclosure}","leaf":${line.leaf},"path":"${line.path}"}\n`

const FORM =
  /^\{"disclosure":"([A-Za-z0-9_-]+)","leaf":(0|[1-9]\d{0,15}),"path":"((?:\/[A-Za-z0-9_~-]+)+)"\}$/

/** In the order of the file. @throws BundleError malformed, with the line. */
export function readDisclosures(bytes: Uint8Array): readonly DisclosureLine[] {
  const lines: DisclosureLine[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, from)
    const line = end === -1 ? undefined : lineIn(bytes.subarray(from, end))
    const last = lines.at(-1)
    if (line === undefined || (last !== undefined && !isBefore(last, line)))
      throw new BundleError(
        'malformed',
        `Line ${lines.length + 1} of ${DISCLOSURES} is no disclosure, or not in its place.`,
      )
    lines.push(line)
    from = end + 1
  }
  return lines
}

const LINE_FEED = 0x0a

function lineIn(bytes: Uint8Array): DisclosureLine | undefined {
  const [, disclosure = '', digits, path = ''] = FORM.exec(textIn(bytes) ?? '') ?? []
  const leaf = Number(digits)
  const disclosed = disclosedPath(disclosure)
  if (!Number.isSafeInteger(leaf) || disclosed === undefined) return undefined
  return { leaf, path, disclosed, digest: digestOf(disclosure) }
}

const isBefore = (one: DisclosureLine, other: DisclosureLine): boolean =>
  one.leaf < other.leaf || (one.leaf === other.leaf && one.path < other.path)

/** The path a disclosure speaks of; undefined for what is none, or is spelled in another way. */
export function disclosedPath(disclosure: string): string | undefined {
  const bytes = Buffer.from(disclosure, 'base64url')
  if (bytes.toString('base64url') !== disclosure) return undefined
  const text = textIn(bytes)
  const parts = jsonIn(text)
  if (!Array.isArray(parts) || parts.length !== 3) return undefined
  const [salt, path]: readonly unknown[] = parts
  if (typeof salt !== 'string' || typeof path !== 'string') return undefined
  // Readers in other languages take half a surrogate pair for U+FFFD.
  return isUnambiguous(text ?? '') && !path.toWellFormed().includes('\ufffd') ? path : undefined
}

function jsonIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether an entry commits to exactly this, at this place. */
export function unfounded(
  { leaf, path, disclosed, digest }: DisclosureLine,
  commitments: Readonly<Record<string, string>> | undefined,
): Disproof | undefined {
  if (commitments === undefined)
    return disproof(`${DISCLOSURES} opens something of entry ${leaf}, which is not in the bundle.`)
  if (commitments[path] === digest && disclosed === path) return undefined
  return disproof(`The disclosure of ${path} is not what this entry commits to.`, leaf)
}
