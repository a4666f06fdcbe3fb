/** Random bytes drawn in stock: one call to the system's generator serves some hundred salts and nonces. */
import { randomBytes } from 'node:crypto'

const STOCK_BYTES = 8_192
let stock = Buffer.alloc(0)
let used = 0

/** `count` bytes, at most a few dozen, that nobody was given before. */
export function freshBytes(count: number): Buffer {
  if (used + count > stock.length) {
    stock = randomBytes(STOCK_BYTES)
    used = 0
  }
  used += count
  return stock.subarray(used - count, used)
}
