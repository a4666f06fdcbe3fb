import { describe, expect, test } from 'vitest'
import { hearingSeals, unlikeHearing } from './hearing-seals.ts'
import {
  hearingCheckpoint,
  hearingVkey,
  historyOf,
  type Leaf,
  origin,
  remade,
  sealOf,
} from './history.fixture.ts'
import { readTrust } from './trust.ts'

const keys = readTrust(Buffer.from(`${hearingVkey()}\n`), 'trust')
const { leaves } = await historyOf({ hearing: 9, case: 0, elsewhere: 0 })
const heard = leaves.slice(0, 8)

/** What is said of the seal that stands behind the eight entries. */
function verdictOf(seal: Leaf | undefined): string | undefined {
  const seals = hearingSeals(origin, keys)
  const all = seal === undefined ? heard : [...heard, seal]
  return all
    .map(({ entry, bytes }, leafIndex) => seals.check(leafIndex, entry, bytes))
    .find((bad) => bad !== undefined)?.reason
}

const resealed = async (of: readonly Leaf[]): Promise<Leaf | undefined> => {
  const data = await sealOf(of)
  const last = leaves.at(-1)
  return last === undefined ? undefined : remade(last, { data })
}

describe('the seal of a hearing', () => {
  test('covers all that stands before it', async () => {
    expect(verdictOf(leaves.at(-1))).toBeUndefined()
    expect(verdictOf(await resealed(heard))).toBeUndefined()
  })

  test('that leaves out the last entries before it does not hold, however well it is signed', async () => {
    expect(verdictOf(await resealed(heard.slice(0, 5)))).toContain('8 came before')
  })

  test('that a party was given earlier still holds for the entries of that time', () => {
    const hashes = [...Array(8).keys()].map((size) => hearingCheckpoint(heard.slice(0, size + 1)))
    const own = heard.map((leaf) => hearingCheckpoint([leaf]).root)
    for (const checkpoint of hashes) expect(unlikeHearing(checkpoint, own)).toBeUndefined()
    expect(unlikeHearing({ ...hearingCheckpoint(heard), size: 9 }, own)).toContain('there are 8')
  })
})
