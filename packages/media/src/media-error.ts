/**
 * `unknown-type`: none of the types that are read here. `type-mismatch`: another type than was said. `malformed`: it
 * begins as that type and is cut off or broken. `too-large`: unpacked, it is larger than anybody needs.
 */
export type MediaErrorCode = 'unknown-type' | 'type-mismatch' | 'malformed' | 'too-large'

export class MediaError extends Error {
  readonly code: MediaErrorCode
  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MediaError'
    this.code = code
  }
}

/** @throws MediaError malformed unless `holds`. */
export function requireForm(holds: boolean, what: string): asserts holds {
  if (!holds) throw new MediaError('malformed', what)
}
