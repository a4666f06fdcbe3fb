/**
 * One-dimensional arrays in PostgreSQL's binary format (array_recv): the bytes are copied once, into the parameter.
 * The client's own array text would double every bytea as hexadecimal and be parsed again by the server.
 */
const HEADER_BYTES = 20
const OID = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const

export function int4Array(values: readonly number[]): Buffer {
  const array = header(OID.int4, values.length, values.length * 8, false)
  let at = HEADER_BYTES
  for (const value of values) {
    array.writeInt32BE(4, at)
    array.writeInt32BE(value, at + 4)
    at += 8
  }
  return array
}

export function textArray(values: readonly string[]): Buffer {
  const sizes = values.map((value) => Buffer.byteLength(value))
  const array = header(OID.text, values.length, total(sizes), false)
  let at = HEADER_BYTES
  for (const [index, value] of values.entries()) {
    const size = sizes[index] ?? 0
    array.writeInt32BE(size, at)
    array.write(value, at + 4, 'utf8')
    at += 4 + size
  }
  return array
}

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const array = header(OID.bytea, values.length, total(values.map((value) => value.length)), false)
  let at = HEADER_BYTES
  for (const value of values) {
    array.writeInt32BE(value.length, at)
    array.set(value, at + 4)
    at += 4 + value.length
  }
  return array
}

export function uuidArray(values: readonly (string | null)[]): Buffer {
  const nulls = values.filter((value) => value === null).length
  const array = header(OID.uuid, values.length, values.length * 20 - nulls * 16, nulls > 0)
  let at = HEADER_BYTES
  for (const value of values) {
    array.writeInt32BE(value === null ? -1 : 16, at)
    at += 4
    if (value === null) continue
    writeUuid(array, value, at)
    at += 16
  }
  return array
}

/** Digit by digit: more than twice as fast as a text without dashes that is read as hexadecimal. */
function writeUuid(array: Buffer, uuid: string, at: number): void {
  let from = 0
  for (let byte = 0; byte < 16; byte += 1) {
    if (uuid.charCodeAt(from) === DASH) from += 1
    array[at + byte] =
      ((DIGITS[uuid.charCodeAt(from)] ?? 0) << 4) | (DIGITS[uuid.charCodeAt(from + 1)] ?? 0)
    from += 2
  }
}

const DASH = 0x2d
/** Value of each hexadecimal digit by its character code. */
const DIGITS = new Uint8Array(128)
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  DIGITS[digit.charCodeAt(0)] = value
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value
}

const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size + 4, 0)

function header(element: number, count: number, contentBytes: number, hasNulls: boolean): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + contentBytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(hasNulls ? 1 : 0, 4)
  array.writeInt32BE(element, 8)
  array.writeInt32BE(count, 12)
  array.writeInt32BE(1, 16)
  return array
}
