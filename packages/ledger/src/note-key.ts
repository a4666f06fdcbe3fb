/** Key names, key ids and Ed25519 as c2sp.org/signed-note uses them. */
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

/** First byte of a public key in a vkey: the kind of signature. */
export const KEY_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const
export type KeyKind = keyof typeof KEY_TYPES

export const KEY_ID_BYTES = 4
export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

/** Not empty, no white space, no plus: the two characters that a vkey and a signature line are cut at. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name) && name.isWellFormed() && !hasControl(name)
}

/** ASCII control characters other than the line feed have no place in a note. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 && unit !== 0x0a) return true
  }
  return false
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), the first four bytes. */
export function keyIdOf(name: string, kind: KeyKind, publicKey: Uint8Array): Uint8Array {
  const input = Buffer.concat([
    Buffer.from(`${name}\n`, 'utf8'),
    Uint8Array.of(KEY_TYPES[kind]),
    publicKey,
  ])
  return hash('sha256', input, 'buffer').subarray(0, KEY_ID_BYTES)
}

/** RFC 8410: what stands before the 32 bytes of the seed in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export function privateKeyOf(seed: Uint8Array): KeyObject {
  assert.equal(seed.length, 32, 'the seed of an Ed25519 key has 32 bytes')
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

export function signEd25519(key: KeyObject, message: Uint8Array): Uint8Array {
  return sign(null, message, key)
}

/** The check of one key. @param publicKey 32 bytes. */
export function ed25519Check(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return (message, signature) =>
    signature.length === SIGNATURE_BYTES && verify(null, message, key, signature)
}
