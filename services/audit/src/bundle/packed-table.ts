/**
 * Remembers millions of texts in a few bytes each: of a text only 64 bits of a hash are kept, keyed with a secret of this run,
 * so that nobody can choose texts that collide. Two different texts are taken for one with a chance of n²/2^65: for ten
 * million of them, less than one in a hundred thousand.
 */
import { hash, randomBytes } from 'node:crypto'

export interface PackedTable {
  /** What was put under this text last; undefined where nothing was. */
  get(text: string): number | undefined
  /** @param value any number, kept exactly. */
  put(text: string, value: number): void
}

interface Shard {
  /** Two words for each place; both 0: free. */
  keys: Uint32Array
  values: Float64Array | undefined
  count: number
}

/** Each grows by itself, so that what is copied at a time stays small. */
const SHARDS = 64
const FIRST_PLACES = 16
const GROWTH = 1.5
const FULL = 0.8

/** @param keepsValues false: every value that was put is 0. */
export function packedTable(keepsValues: boolean): PackedTable {
  const secret = randomBytes(16).toString('hex')
  const shards = Array.from({ length: SHARDS }, () => shardOf(FIRST_PLACES, keepsValues))

  function locate(text: string) {
    const digest = hash('sha256', `${secret}${text}`, 'buffer')
    const shard = shards[digest.readUInt8(8) % SHARDS] ?? shardOf(FIRST_PLACES, keepsValues)
    return { shard, high: digest.readUInt32LE(0) || 1, low: digest.readUInt32LE(4) }
  }

  return {
    get(text) {
      const { shard, high, low } = locate(text)
      const place = placeOf(shard, high, low)
      return shard.keys[2 * place] === 0 ? undefined : (shard.values?.[place] ?? 0)
    },
    put(text, value) {
      const { shard, high, low } = locate(text)
      if (shard.count + 1 > (shard.keys.length / 2) * FULL) grow(shard)
      set(shard, high, low, value)
    },
  }
}

const shardOf = (places: number, keepsValues: boolean): Shard => ({
  keys: new Uint32Array(2 * places),
  values: keepsValues ? new Float64Array(places) : undefined,
  count: 0,
})

/** Where this key stands, or the free place where it would. */
function placeOf({ keys }: Shard, high: number, low: number): number {
  const places = keys.length / 2
  let place = low % places
  while (keys[2 * place] !== 0 && !(keys[2 * place] === high && keys[2 * place + 1] === low))
    place = (place + 1) % places
  return place
}

function set(shard: Shard, high: number, low: number, value: number): void {
  const place = placeOf(shard, high, low)
  if (shard.keys[2 * place] === 0) shard.count += 1
  shard.keys[2 * place] = high
  shard.keys[2 * place + 1] = low
  if (shard.values !== undefined) shard.values[place] = value
}

function grow(shard: Shard): void {
  const { keys, values } = shard
  const larger = shardOf(Math.ceil((keys.length / 2) * GROWTH), values !== undefined)
  for (let place = 0; place < keys.length / 2; place += 1) {
    const high = keys[2 * place] ?? 0
    if (high !== 0) set(larger, high, keys[2 * place + 1] ?? 0, values?.[place] ?? 0)
  }
  Object.assign(shard, larger)
}
