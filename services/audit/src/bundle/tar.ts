/** A bundle that is a tar, in the one form that `export` writes; read by place, never unpacked. */
import { type FileHandle, open } from 'node:fs/promises'
import { BundleError, missing } from './bundle-error.ts'
import type { BundleFiles } from './bundle-files.ts'
import { assertHasPlace, assertSafePath, FILES_MAX, quoted } from './layout.ts'
import { BLOCK, readTarHeader, TAR_END, tarPadding, tarTypeOf } from './tar-format.ts'

interface Place {
  readonly at: number
  readonly size: number
}

export async function openTar(file: string): Promise<BundleFiles> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new BundleError('unreadable', `${file} cannot be read.`, { cause })
  })
  try {
    const places = await index(handle)
    const placeOf = (path: string): Place => {
      const place = places.get(path)
      if (place === undefined) throw missing(path)
      return place
    }
    let lent = Buffer.alloc(0)
    return {
      sizes: new Map([...places].map(([path, { size }]) => [path, size])),
      async read(path) {
        const { at, size } = placeOf(path)
        return readAt(handle, at, size)
      },
      async lend(path) {
        const { at, size } = placeOf(path)
        if (lent.length < size) lent = Buffer.alloc(2 * size)
        return readInto(handle, at, lent.subarray(0, size))
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function index(handle: FileHandle): Promise<ReadonlyMap<string, Place>> {
  const { size: total } = await handle.stat()
  const places = new Map<string, Place>()
  let last = ''
  let at = 0
  for (;;) {
    const header = await readAt(handle, at, BLOCK)
    if (isZero(header)) break
    const { path, size } = headerAt(header, at)
    assertSafePath(path)
    assertHasPlace(path, size)
    if (path <= last) throw notOurs(`${quoted(path)} is not in its place`)
    const content = at + BLOCK
    const padding = tarPadding(size)
    if (content + size + padding.length + TAR_END.length > total) throw truncated()
    if (!isZero(await readAt(handle, content + size, padding.length)))
      throw notOurs(`something is hidden behind ${path}`)
    places.set(path, { at: content, size })
    if (places.size > FILES_MAX)
      throw new BundleError('too-large', `The tar holds more than ${FILES_MAX} files.`)
    last = path
    at = content + size + padding.length
  }
  if (total < at + TAR_END.length) throw truncated()
  if (total > at + TAR_END.length || !isZero(await readAt(handle, at, TAR_END.length)))
    throw notOurs('something follows its end')
  return places
}

function headerAt(header: Uint8Array, at: number) {
  const read = readTarHeader(header)
  if (read !== undefined) return read
  const type = tarTypeOf(header)
  if (type === '1' || type === '2')
    throw new BundleError('not-a-file', 'The tar holds a link, and no bundle does.')
  throw notOurs(at === 0 ? 'it does not begin as one' : `the header at byte ${at} is another`)
}

const readAt = (handle: FileHandle, at: number, length: number): Promise<Uint8Array> =>
  readInto(handle, at, Buffer.alloc(length))

async function readInto(handle: FileHandle, at: number, bytes: Buffer): Promise<Uint8Array> {
  const { length } = bytes
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle
      .read(bytes, filled, length - filled, at + filled)
      .catch((cause: unknown) => {
        throw new BundleError('unreadable', 'The tar cannot be read.', { cause })
      })
    if (bytesRead === 0) throw truncated()
    filled += bytesRead
  }
  return bytes
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

const notOurs = (why: string): BundleError =>
  new BundleError(
    'not-a-tar',
    `This is no tar as bundles are written: ${why}. If somebody packed it anew, unpack it and name the folder.`,
  )

const truncated = (): BundleError =>
  new BundleError('not-a-tar', 'The tar is cut off before its end.')
