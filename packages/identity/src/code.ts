/**
 * Access codes for people without an account: 16 decimal digits, shown in fours. A code is derived, never drawn, so
 * that a repeated request shows the same code; only its HMAC is stored. Whoever holds the pepper can make codes: it is
 * kept with the key that seals the keys, never beside the digests.
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'

/** 16 decimal digits. */
export type AccessCode = string & { readonly accessCode: unique symbol }

const digitsCount = 16
const pepperBytesMin = 32

/** The code that belongs to a command. Every digit is equally likely at every place. */
export function codeOf(commandId: string, pepper: Uint8Array): AccessCode {
  let digits = ''
  for (let block = 0; digits.length < digitsCount; block += 1) {
    for (const byte of keyed(pepper, 'access-code', `${block}:${commandId}`)) {
      // 250 to 255 would make the digits 0 to 5 a little likelier.
      if (byte < 250) digits += String(byte % 10)
    }
  }
  return digits.slice(0, digitsCount) as AccessCode
}

/** What may be stored: base64url of an HMAC, 43 characters. Equal codes have equal digests under one pepper. */
export function codeDigest(code: AccessCode, pepper: Uint8Array): string {
  return keyed(pepper, 'access-code-digest', code).toString('base64url')
}

/** As people read it: `1234 5678 9012 3456`. */
export function codeInFours(code: AccessCode): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ')
}

/** A code as somebody typed it, spaces, dashes and dots anywhere; null for anything else. */
export function parseCode(text: string): AccessCode | null {
  if (text.length > 64) return null
  const digits = text.replace(/[\s.\u00ad\u2010-\u2015-]/g, '')
  return /^[0-9]{16}$/.test(digits) ? (digits as AccessCode) : null
}

/** HMAC-SHA-256 under a key of its own per use, so that one use says nothing about another. */
export function keyed(pepper: Uint8Array, use: string, text: string): Buffer {
  assert(pepper.byteLength >= pepperBytesMin, `a pepper has at least ${pepperBytesMin} bytes`)
  return createHmac('sha256', pepper).update(`${use}/1\n${text}`).digest()
}
