import { createHash } from 'node:crypto'

/** Names a destroyed data key for ever: SHA-256 of its id, hexadecimal. Says nothing of its bytes. */
export const fingerprintOf = (keyId: string): string =>
  createHash('sha256').update(keyId, 'ascii').digest('hex')
