/** UUIDs as four 32-bit words, read where they stand: what makes a table of a million of them small. */

export const UUID_LENGTH = 36
export const UUID_WORDS = 4

/** Writes the UUID in lower case that stands there into the first four words; false, and nothing said of them, where none does. */
export function writeUuid(bytes: Uint8Array, at: number, words: Uint32Array): boolean {
  if (at < 0 || at + UUID_LENGTH > bytes.length) return false
  for (let dash = 8; dash <= 23; dash += 5) if (bytes[at + dash] !== DASH) return false
  const first = fourDigits(bytes, at)
  const second = fourDigits(bytes, at + 4)
  const third = fourDigits(bytes, at + 9)
  const fourth = fourDigits(bytes, at + 14)
  const fifth = fourDigits(bytes, at + 19)
  const sixth = fourDigits(bytes, at + 24)
  const seventh = fourDigits(bytes, at + 28)
  const eighth = fourDigits(bytes, at + 32)
  words[0] = (first << 16) | second
  words[1] = (third << 16) | fourth
  words[2] = (fifth << 16) | sixth
  words[3] = (seventh << 16) | eighth
  return (first | second | third | fourth | fifth | sixth | seventh | eighth) < NO_DIGITS
}

/** Their value; where one is no digit, at least `NO_DIGITS`. */
function fourDigits(bytes: Uint8Array, at: number): number {
  return (
    (digit(bytes, at) << 12) |
    (digit(bytes, at + 1) << 8) |
    (digit(bytes, at + 2) << 4) |
    digit(bytes, at + 3)
  )
}

const digit = (bytes: Uint8Array, at: number): number => DIGITS[bytes[at] ?? 0] ?? NO_DIGITS

const DASH = 0x2d
const NO_DIGITS = 0x10000
/** Value of each hexadecimal digit by its character code; capitals are not taken: they are another text. */
const DIGITS = new Uint32Array(256).fill(NO_DIGITS)
for (const [value, character] of Array.from('0123456789abcdef').entries()) {
  DIGITS[character.charCodeAt(0)] = value
}
