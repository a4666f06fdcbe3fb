/** A bundle as named files, wherever they lie. All that is read comes from a stranger: names, sizes and bytes alike. */
export interface BundleFiles {
  /** Path → size in bytes. Every path is safe and has a place in a bundle; every size is within its bound. */
  readonly sizes: ReadonlyMap<string, number>
  /** The whole file. @throws BundleError missing-file where there is none, unreadable. */
  read(path: string): Promise<Uint8Array>
  /** As `read`, into memory that the next call uses again. May block the thread. */
  lend(path: string): Promise<Uint8Array>
  close(): Promise<void>
}
