/**
 * The one form of tar that a bundle has: ustar (POSIX.1-1988), plain files only, no owner, no time, nothing that could
 * differ from one machine to another. A header is a function of path and size, so that reading compares it byte by byte.
 */
export const BLOCK = 512
/** What a ustar size field of eleven octal digits can say. */
export const TAR_FILE_MAX = 8 ** 11 - 1

/** @param path ASCII, at most 100 characters. @param size at most `TAR_FILE_MAX`. */
export function tarHeader(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK)
  header.write(path, 0, 100, 'ascii')
  header.write('0000644\0', 100, 'ascii')
  header.write('0000000\0', 108, 'ascii')
  header.write('0000000\0', 116, 'ascii')
  header.write(`${octal(size, 11)}\0`, 124, 'ascii')
  header.write('00000000000\0', 136, 'ascii')
  header.write('        ', 148, 'ascii')
  header.write('0', 156, 'ascii')
  header.write('ustar\x0000', 257, 'ascii')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148, 'ascii')
  return header
}

/** What stands between a file of this size and the next header. */
export const tarPadding = (size: number): Uint8Array =>
  new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK)

export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK)

/** Path and size of a header as they stand there; undefined when this is not exactly such a header. */
export function readTarHeader(
  header: Uint8Array,
): { readonly path: string; readonly size: number } | undefined {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength)
  const end = bytes.subarray(0, 100).indexOf(0)
  const path = bytes.toString('latin1', 0, end === -1 ? 100 : end)
  const size = Number.parseInt(bytes.toString('latin1', 124, 135), 8)
  if (path === '' || !/^[\x21-\x7e]*$/.test(path) || !Number.isSafeInteger(size)) return undefined
  return bytes.equals(tarHeader(path, size)) ? { path, size } : undefined
}

/** A link, folder or device of somebody else's tar: named, so that the refusal can say what it is. */
export const tarTypeOf = (header: Uint8Array): string => String.fromCharCode(header[156] ?? 0)

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')
