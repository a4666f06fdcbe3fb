/** What can be wrong with a bundle before anything about it is verified, and what verification then finds. */

export type BundleErrorCode =
  /** Not there, or the disk did not answer. */
  | 'unreadable'
  /** Neither a folder nor a tar, or it holds no bundle. */
  | 'not-a-bundle'
  | 'not-a-tar'
  /** A link, a device, or whatever else is no plain file. */
  | 'not-a-file'
  | 'unsafe-path'
  | 'too-large'
  | 'unknown-file'
  | 'missing-file'
  /** A file that does not have the form its name promises. */
  | 'malformed'
  /** A list of keys that cannot be read. */
  | 'bad-trust'
  /** Where a bundle should be written, something is already. */
  | 'not-empty'

/** Broken input: no verdict is possible. The message is one sentence that names the file. */
export class BundleError extends Error {
  readonly code: BundleErrorCode
  constructor(code: BundleErrorCode, message: string, options?: ErrorOptions) {
    super(sentence(message), options)
    this.name = 'BundleError'
    this.code = code
  }
}

export const missing = (path: string): BundleError =>
  new BundleError('missing-file', `The bundle has no file ${path}.`)

/** What has the right form and does not hold. `leafIndex` is null where no single entry is to blame. */
export interface Disproof {
  readonly leafIndex: number | null
  readonly reason: string
}

/** @param reason becomes a sentence. */
export const disproof = (reason: string, leafIndex: number | null = null): Disproof => ({
  leafIndex,
  reason: sentence(reason),
})

/** With a capital, unless a path comes first, and a full stop. */
export function sentence(text: string): string {
  const first = text.split(' ', 1)[0] ?? ''
  const begun = /[/.]/.test(first) ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return begun.endsWith('.') ? begun : `${begun}.`
}

export const isDisproof = (value: object): value is Disproof =>
  'reason' in value && 'leafIndex' in value
