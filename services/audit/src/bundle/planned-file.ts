/** A file that a bundle will hold; its bytes are made when it is written, one file after the other in the order of paths. */
export interface PlannedFile {
  readonly path: string
  readonly bytes: () => Promise<Uint8Array> | Uint8Array
}

export const textFile = (path: string, text: string): PlannedFile => ({
  path,
  bytes: () => Buffer.from(text, 'utf8'),
})

/** In byte order, which for these paths is that of code units: the order of a tar, and of writing. */
export const inOrder = (files: readonly PlannedFile[]): readonly PlannedFile[] =>
  [...files].sort((one, other) => (one.path < other.path ? -1 : 1))
