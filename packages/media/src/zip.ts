/**
 * ZIP archives (APPNOTE 6.3.10) as far as documents use them. What is not changed is copied as it is packed, so that an
 * archive that unpacks to a terabyte costs nothing; what is unpacked has a budget.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { MediaError, requireForm } from './media-error.ts'

export interface ZipEntry {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly size: number
  /** As it stands in the archive. */
  readonly packed: Uint8Array
}

const ENTRIES_MAX = 10_000
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]
const [STORED, DEFLATED] = [0, 8]
const [ENCRYPTED, UTF8] = [0x0001, 0x0800]
/** 1 January 1980, the first day there is. */
const NO_DATE = 0x0021

/**
 * Reads the directory. Archives that are encrypted, span disks or need 64-bit sizes are no documents of ours.
 * @throws MediaError malformed.
 */
export function readZip(bytes: Uint8Array): readonly ZipEntry[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endRecord(data)
  const count = data.readUInt16LE(end + 10)
  let at = data.readUInt32LE(end + 16)
  requireForm(data.readUInt16LE(end + 8) === count, 'an archive spans several disks')
  requireForm(count <= ENTRIES_MAX, 'an archive has too many entries')
  const entries: ZipEntry[] = []
  let packedTotal = 0
  for (let index = 0; index < count; index += 1) {
    requireForm(
      at + 46 <= end && data.readUInt32LE(at) === CENTRAL,
      'an archive has a broken directory',
    )
    const flags = data.readUInt16LE(at + 8)
    const [packedSize, size] = [data.readUInt32LE(at + 20), data.readUInt32LE(at + 24)]
    const nameEnd = at + 46 + data.readUInt16LE(at + 28)
    requireForm((flags & ENCRYPTED) === 0 && nameEnd <= end, 'an archive is encrypted or broken')
    packedTotal += packedSize
    // Entries that lie over each other would multiply what is written.
    requireForm(packedTotal <= data.length, 'an archive has entries that overlap')
    entries.push({
      name: data.toString('utf8', at + 46, nameEnd),
      flags: flags & UTF8,
      method: data.readUInt16LE(at + 10),
      crc: data.readUInt32LE(at + 16),
      size,
      packed: packedAt(data, data.readUInt32LE(at + 42), packedSize),
    })
    at = nameEnd + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32)
  }
  return entries
}

function endRecord(data: Buffer): number {
  const earliest = Math.max(0, data.length - 22 - 65_535)
  for (let at = data.length - 22; at >= earliest; at -= 1)
    if (data.readUInt32LE(at) === END) return at
  throw new MediaError('malformed', 'an archive has no end')
}

function packedAt(data: Buffer, at: number, size: number): Uint8Array {
  requireForm(
    at + 30 <= data.length && data.readUInt32LE(at) === LOCAL,
    'an entry has no beginning',
  )
  const from = at + 30 + data.readUInt16LE(at + 26) + data.readUInt16LE(at + 28)
  requireForm(from + size <= data.length, 'an entry is cut off')
  return data.subarray(from, from + size)
}

/**
 * Unpacks entries until they come to more than `bytesMax` together.
 * @throws MediaError, from what it gives: too-large; malformed.
 */
export function unpacker(bytesMax: number): (entry: ZipEntry) => Uint8Array {
  let left = bytesMax
  return (entry) => {
    const bytes = entry.method === STORED ? entry.packed : inflate(entry, left)
    requireForm(crc32(bytes) === entry.crc, 'an entry has a wrong check sum')
    left -= bytes.length
    return bytes
  }
}

function inflate({ method, packed, size }: ZipEntry, left: number): Uint8Array {
  requireForm(method === DEFLATED, 'an entry is packed in a way that is not read here')
  if (size > left) throw new MediaError('too-large', 'an archive unpacks to too much')
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch (cause) {
    throw new MediaError('malformed', 'an entry does not unpack', { cause })
  }
}

export function packed(entry: ZipEntry, bytes: Uint8Array): ZipEntry {
  const method = entry.method === STORED ? STORED : DEFLATED
  return {
    ...entry,
    method,
    crc: crc32(bytes),
    size: bytes.length,
    packed: method === STORED ? bytes : deflateRawSync(bytes),
  }
}

/** Without dates, comments, owners and whatever else stands beside an entry. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8')
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(entry.flags, 2)
    common.writeUInt16LE(entry.method, 4)
    common.writeUInt16LE(NO_DATE, 8)
    common.writeUInt32LE(entry.crc, 10)
    common.writeUInt32LE(entry.packed.length, 14)
    common.writeUInt32LE(entry.size, 18)
    common.writeUInt16LE(name.length, 22)
    const offset = Buffer.alloc(14)
    offset.writeUInt32LE(at, 10)
    directory.push(number(CENTRAL), word(20), common, offset, name)
    parts.push(number(LOCAL), common, name, entry.packed)
    at += 30 + name.length + entry.packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const count = word(entries.length)
  const end = [number(END), word(0), word(0), count, count, number(size), number(at), word(0)]
  return Buffer.concat([...parts, ...directory, ...end])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
function word(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
