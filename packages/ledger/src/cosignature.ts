/** c2sp.org/tlog-cosignature, Ed25519: a witness's word that at this time it knew no other tree than this one. */
import assert from 'node:assert/strict'
import { encodeBase64 } from './canonical-base64.ts'
import {
  ed25519Check,
  KEY_TYPES,
  keyIdOf,
  privateKeyOf,
  SIGNATURE_BYTES,
  signEd25519,
} from './note-key.ts'

const TIME_BYTES = 8

/** What a witness signs. @param text a checkpoint's text. @param at Unix seconds. */
export function cosignedMessage(text: string, at: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${at}\n${text}`, 'utf8')
}

/** @param signature what follows the key id: eight bytes of time, then the signature. */
export function cosignatureCheck(
  publicKey: Uint8Array,
): (text: string, signature: Uint8Array) => { ok: false } | { ok: true; at: number } {
  const check = ed25519Check(publicKey)
  return (text, signature) => {
    if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return { ok: false }
    const time = Buffer.from(signature.subarray(0, TIME_BYTES)).readBigUInt64BE()
    const at = Number(time)
    if (!Number.isSafeInteger(at)) return { ok: false }
    const ok = check(cosignedMessage(text, at), signature.subarray(TIME_BYTES))
    return ok ? { ok, at } : { ok }
  }
}

/** The vkey of a witness. @param publicKey 32 bytes. */
export function cosignerVkey(name: string, publicKey: Uint8Array): string {
  const keyId = Buffer.from(keyIdOf(name, 'cosignature', publicKey)).toString('hex')
  const key = Buffer.concat([Uint8Array.of(KEY_TYPES.cosignature), publicKey])
  return `${name}+${keyId}+${encodeBase64(key)}`
}

/**
 * The signature line of a witness, without its line feed. The ledger itself never cosigns: for witnesses in tests.
 * @param at Unix seconds.
 */
export function cosign(
  text: string,
  {
    name,
    seed,
    publicKey,
    at,
  }: {
    readonly name: string
    readonly seed: Uint8Array
    readonly publicKey: Uint8Array
    readonly at: number
  },
): string {
  assert(Number.isSafeInteger(at) && at >= 0)
  const time = Buffer.alloc(TIME_BYTES)
  time.writeBigUInt64BE(BigInt(at))
  const signature = signEd25519(privateKeyOf(seed), cosignedMessage(text, at))
  const keyId = keyIdOf(name, 'cosignature', publicKey)
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([keyId, time, signature]))}`
}
