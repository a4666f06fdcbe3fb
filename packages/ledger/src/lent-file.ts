/**
 * Reads whole files into the same memory, one after the other: for whoever reads a ledger of any size from a disk and looks
 * at each file once. Fresh memory for each costs as much as hashing what is in it. Blocks the thread: for a program that does
 * nothing else meanwhile.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs'

export interface FileLender {
  /**
   * The file's bytes, lent until the next call; nothing where there is none. A link is not followed.
   * @throws RangeError where the file is longer than `bytesMax`; as `node:fs` does where it cannot be read.
   */
  read(file: string, bytesMax: number): Buffer | undefined
}

export function fileLender(): FileLender {
  let memory = Buffer.allocUnsafeSlow(READ_BYTES)
  return {
    read(file, bytesMax) {
      const handle = opened(file)
      if (handle === undefined) return undefined
      try {
        let length = 0
        for (;;) {
          const count = readSync(handle, memory, length, memory.length - length, length)
          length += count
          if (length > bytesMax) throw new RangeError(`the file has more than ${bytesMax} bytes`)
          // A short read of a file is its end: asking again would only say so.
          if (length < memory.length) return memory.subarray(0, length)
          const more = Buffer.allocUnsafeSlow(2 * memory.length)
          memory.copy(more)
          memory = more
        }
      } finally {
        closeSync(handle)
      }
    },
  }
}

const READ_BYTES = 512 * 1_024

function opened(file: string): number | undefined {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
