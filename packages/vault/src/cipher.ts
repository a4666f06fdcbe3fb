/** AES-256-GCM with a random 96-bit nonce. A data key seals one party in one dossier: far below 2^32 messages. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { freshBytes } from '@wederhoor/ledger/random-stock'
import { VaultError } from './port.ts'

export const KEY_BYTES = 32
const TAG_BYTES = 16

export interface Box {
  readonly nonce: Uint8Array
  /** The tag of 16 bytes stands at the end. */
  readonly ciphertext: Uint8Array
}

/** `context` is authenticated, not stored: whoever opens must know it. */
export function encrypt(key: Uint8Array, plaintext: Uint8Array, context: string): Box {
  const nonce = freshBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return { nonce, ciphertext }
}

/** @throws VaultError tampered: another key, another context, or changed bytes. */
export function decrypt(key: Uint8Array, box: Box, context: string): Uint8Array {
  const end = box.ciphertext.length - TAG_BYTES
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(key), box.nonce, {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(context, 'utf8'))
    decipher.setAuthTag(box.ciphertext.subarray(end))
    return Buffer.concat([decipher.update(box.ciphertext.subarray(0, end)), decipher.final()])
  } catch (cause) {
    throw new VaultError('tampered', 'sealed bytes do not open', { cause })
  }
}

/** Bytes given as they are would be made into a key at each use, which costs three times the sealing itself. */
const made = new WeakMap<Uint8Array, KeyObject>()

function keyOf(bytes: Uint8Array): KeyObject {
  const kept = made.get(bytes)
  if (kept !== undefined) return kept
  const key = createSecretKey(bytes)
  made.set(bytes, key)
  return key
}
