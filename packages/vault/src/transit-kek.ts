/**
 * KEK epochs in a key store that speaks the HTTP API of HashiCorp Vault's transit engine (OpenBao speaks it too): the KEK
 * never leaves it. An epoch is a version of the key. Source of the format: the API documentation of the transit secrets
 * engine (encrypt, decrypt, rewrap, read key, rotate, configure key, trim key).
 *
 * Tried against a fake of our own only; untried on a real one.
 */
import { z } from 'zod'
import type { KekRing, WrappedKey } from './kek.ts'
import { VaultError } from './port.ts'
import { type TransitOptions, transitClient } from './transit-client.ts'
import { TransitError } from './transit-error.ts'

export interface TransitKekOptions extends TransitOptions {
  /**
   * How the purpose is bound: `context` for a key made with `derived=true`, which the key store can rewrap by itself;
   * `associated_data` for another AEAD key, for which it cannot, and rewrapping shows the data key to this process.
   */
  readonly binds: 'context' | 'associated_data'
}

/**
 * The token's policy needs `update` on encrypt, decrypt and rewrap, `read` on the key, and for a change of epochs `update` on
 * rotate, config and trim. It must not have `create` on encrypt: the key store then makes a missing key by itself.
 *
 * Wrapping always uses the newest version. Errors, as `KekRing` says: `unavailable` for a timeout, no connection, 403 (a
 * token can be renewed), 503 and all other failures; `key-missing` for 404 and for a version that is gone; `tampered` for
 * what does not unwrap. The cause is a TransitError that says which.
 */
export function transitKek(options: TransitKekOptions): KekRing {
  const { mount, key, binds } = options
  const client = transitClient(options)
  const idOf = (version: number): string => `${mount}/${key}:v${version}`
  const bound = (purpose: string) => ({ [binds]: base64(Buffer.from(purpose, 'utf8')) })

  const call: typeof client = async (method, path, answer, body) => {
    try {
      return await client(method, path, answer, body)
    } catch (cause) {
      if (!(cause instanceof TransitError)) throw cause
      throw new VaultError(codeOf(cause, path), `KEK ${mount}/${key}: ${cause.message}`, { cause })
    }
  }

  function wrappedIn({ ciphertext }: { readonly ciphertext: string }): WrappedKey {
    return { kek: idOf(versionOf(ciphertext)), wrapped: Buffer.from(ciphertext, 'ascii') }
  }

  /** What another key or another version wrapped than the row says is refused before anybody is asked. */
  function ciphertextOf({ kek, wrapped }: WrappedKey): string {
    const ciphertext = Buffer.from(wrapped).toString('ascii')
    if (!kek.startsWith(idOf(0).slice(0, -1)))
      throw new VaultError('key-missing', `${kek} is no version of KEK ${mount}/${key}`)
    if (!CIPHERTEXT.test(ciphertext) || idOf(versionOf(ciphertext)) !== kek)
      throw new VaultError('tampered', `not wrapped by ${kek}`)
    return ciphertext
  }

  async function wrap(dataKey: Uint8Array, purpose: string): Promise<WrappedKey> {
    const body = { plaintext: base64(dataKey), ...bound(purpose) }
    return wrappedIn(await call('POST', `encrypt/${key}`, encrypted, body))
  }

  async function unwrap(wrapped: WrappedKey, purpose: string): Promise<Uint8Array> {
    const body = { ciphertext: ciphertextOf(wrapped), ...bound(purpose) }
    const { plaintext } = await call('POST', `decrypt/${key}`, decrypted, body)
    return Buffer.from(plaintext, 'base64')
  }

  async function rewrap(wrapped: WrappedKey, purpose: string): Promise<WrappedKey> {
    if (binds === 'associated_data') return wrap(await unwrap(wrapped, purpose), purpose)
    const body = { ciphertext: ciphertextOf(wrapped), ...bound(purpose) }
    return wrappedIn(await call('POST', `rewrap/${key}`, encrypted, body))
  }

  /** Versions that are not yet trimmed away, also those that nobody may use any more. */
  async function versions() {
    const found = await call('GET', `keys/${key}`, described)
    const oldest = Math.max(1, found.min_available_version ?? 0)
    const count = found.latest_version - oldest + 1
    return { ...found, all: Array.from({ length: count }, (_, index) => oldest + index) }
  }

  return {
    wrap,
    unwrap,
    rewrap,
    epochs: async () => (await versions()).all.map(idOf),

    async beginEpoch() {
      await call('POST', `keys/${key}/rotate`, z.unknown())
      return idOf((await versions()).latest_version)
    },

    async discard(epoch) {
      const { all, latest_version } = await versions()
      const version = all.find((one) => idOf(one) === epoch)
      if (version === undefined) return
      if (version === latest_version)
        throw new VaultError('key-missing', `KEK epoch ${epoch} is the current one: begin another`)
      const least = version + 1
      const limits = { min_decryption_version: least, min_encryption_version: least }
      await call('POST', `keys/${key}/config`, z.unknown(), limits)
      await call('POST', `keys/${key}/trim`, z.unknown(), { min_available_version: least })
    },
  }
}

const CIPHERTEXT = /^vault:v([1-9][0-9]{0,8}):\S+$/
const encrypted = z.object({ ciphertext: z.string().regex(CIPHERTEXT) })
const decrypted = z.object({ plaintext: z.base64() })
const described = z.object({
  latest_version: z.int().positive(),
  min_available_version: z.int().nonnegative().optional(),
})

const versionOf = (ciphertext: string): number => Number(CIPHERTEXT.exec(ciphertext)?.[1])
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function codeOf({ code }: TransitError, path: string): 'unavailable' | 'key-missing' | 'tampered' {
  if (code === 'not-found' || code === 'version-gone') return 'key-missing'
  return code === 'refused' && /^(decrypt|rewrap)\//.test(path) ? 'tampered' : 'unavailable'
}
