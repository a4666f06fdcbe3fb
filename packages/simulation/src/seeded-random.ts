/** Randomness that a seed repeats exactly. Never for secrets. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number
  /** A whole number from 0 up to and without `below`. */
  below(below: number): number
  chance(share: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** By weight; weights need not add up to anything. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key
  /** 128 bits as 32 hex characters: an idempotency key that the same seed makes again. */
  hex128(): string
  /** A generator of its own, so that one more draw here changes nothing there. */
  fork(name: string): SeededRandom
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by a 32-bit mix of the seed. */
export function seededRandom(seed: string): SeededRandom {
  let [a, b, c, counter] = [mix(seed, 1), mix(seed, 2), mix(seed, 3), 1]
  const word = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 15; round += 1) word()
  const next = (): number => word() / 2 ** 32
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (share) => next() < share,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][]
      const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
      let left = next() * total
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key
      }
      const last = entries.at(-1)
      if (last === undefined) throw new RangeError('nothing to pick from')
      return last[0]
    },
    hex128: () =>
      [word(), word(), word(), word()].map((part) => part.toString(16).padStart(8, '0')).join(''),
    fork: (name) => seededRandom(`${seed}/${name}`),
  }
}

/** FNV-1a over the UTF-16 units, with a finaliser so that near seeds lie far apart. */
function mix(seed: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt
  for (let index = 0; index < seed.length; index += 1) {
    hash ^= seed.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  return hash | 0
}
