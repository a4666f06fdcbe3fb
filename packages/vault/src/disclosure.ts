/**
 * Salted commitments in the form of RFC 9901 (SD-JWT) §4.2: a disclosure is base64url(UTF-8(JSON [salt, path, value]))
 * and its digest base64url(SHA-256(ASCII(disclosure))). The disclosure is kept and handed over verbatim: encoding it
 * again might spell the same value differently.
 */
import { hash } from 'node:crypto'
import { freshBytes } from '@wederhoor/ledger/random-stock'
import type { Digest } from './fields.ts'

export interface Disclosure {
  /** ASCII, base64url without padding. */
  readonly text: string
  readonly digest: Digest
}

/** What a disclosure says. */
export interface Disclosed {
  readonly salt: string
  readonly path: string
  readonly value: unknown
}

/** Commits to `value` at `path` with 128 bits of fresh salt. `value` is a JSON value. */
export function disclose(path: string, value: unknown): Disclosure {
  const salt = freshBytes(16).toString('base64url')
  const text = Buffer.from(JSON.stringify([salt, path, value]), 'utf8').toString('base64url')
  return { text, digest: digestOf(text) }
}

export function digestOf(disclosure: string): Digest {
  return hash('sha256', disclosure, 'base64url') as Digest
}

/**
 * Reads a disclosure; undefined when the text is none. Whether it is the one committed to is for `digestOf` to say.
 */
export function readDisclosure(text: string): Disclosed | undefined {
  const parts = parse(Buffer.from(text, 'base64url').toString('utf8'))
  if (!Array.isArray(parts) || parts.length !== 3) return undefined
  const [salt, path, value]: unknown[] = parts
  if (typeof salt !== 'string' || typeof path !== 'string') return undefined
  return { salt, path, value }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
