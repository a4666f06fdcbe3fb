import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openCheckpoint, signCheckpoint } from '../checkpoint.ts'
import { appendTo, type LedgerTree, ledgerTree, origin, seedOf } from '../integrator.fixture.ts'
import { ed25519Signer, publicKeyOf, signaturesOf, verifierOf, vkeyOf } from '../signed-note.ts'
import { epochOrigin } from '../tile-storage.ts'
import { leafHash } from '../tree.ts'
import { type Answer, type FakeWitness, fakeWitness } from './fake-witness.fixture.ts'
import { WitnessError } from './witness-error.ts'
import { type SplitView, type Witnessing, type WitnessingParts, witnessing } from './witnessing.ts'

const MINUTE = 60_000
const logVkey = (of = origin) => vkeyOf(of, publicKeyOf(seedOf(1)))

let fakes: FakeWitness[]
let tree: LedgerTree
let now: number
let running: Witnessing[]
let failures: string[]
let splits: SplitView[]
let overdue: number[]

beforeEach(async () => {
  fakes = await Promise.all([1, 2, 3].map((number) => fakeWitness(number, [logVkey()])))
  tree = ledgerTree()
  now = 0
  running = []
  failures = []
  splits = []
  overdue = []
  await grow(3)
})
afterEach(async () => {
  for (const one of running) await one.stop()
  for (const fake of fakes) await fake.close()
})

async function grow(by: number): Promise<void> {
  await appendTo(tree.store, by)
  await tree.open().integrate()
}

function open(k = 2, part: Partial<WitnessingParts> = {}): Witnessing {
  const one = witnessing({
    tiles: tree.tiles,
    witnesses: fakes.map(({ witness }) => witness),
    k,
    onFailure: (error, witness) =>
      failures.push(`${witness} ${error instanceof WitnessError ? error.code : error}`),
    onSplitView: (incident) => splits.push(incident),
    onOverdue: (waited) => overdue.push(waited),
    pollMs: 5,
    timeoutMs: 5_000,
    nowMs: () => now,
    ...part,
  })
  running.push(one)
  return one
}

const fakeAt = (index: number): FakeWitness => {
  const fake = fakes[index]
  if (fake === undefined) throw new Error('no such witness')
  return fake
}
const silence = (index: number) => {
  fakeAt(index).answer = () => ({ status: 503 })
}
const hang = (index: number) => {
  fakeAt(index).answer = () => new Promise<Answer>(() => undefined)
}

/** Size and names of cosigners of the witnessed checkpoint, as somebody with the keys reads it. */
async function witnessed() {
  const note = await tree.tiles.readCheckpoint('witnessed')
  if (note === undefined) return undefined
  const keys = [logVkey(), ...fakes.map(({ vkey }) => vkey)].map(verifierOf)
  const { checkpoint, cosigners } = openCheckpoint(note, keys)
  return [checkpoint.size, ...cosigners.map(({ name }) => name.slice(-2))]
}

describe('a checkpoint of which a quorum is asked', () => {
  test('is published with every valid cosignature, in the order of the witnesses', async () => {
    fakeAt(0).answer = async (body) => {
      await vi.waitUntil(() => fakeAt(2).known.size > 0)
      return fakeAt(0).honest(body)
    }
    await open().witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
    expect(signaturesOf((await tree.tiles.readCheckpoint('witnessed')) ?? '')).toHaveLength(4)
  })

  test('is not asked of them again while nothing changed', async () => {
    const one = open()
    await one.witness()
    await one.witness()
    expect(fakes.map(({ asked }) => asked.length)).toEqual([1, 1, 1])
  })

  test('is published without those who do not answer, and again when they do', async () => {
    silence(1)
    const one = open()
    await one.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w3'])
    fakeAt(1).answer = undefined
    now += 1_000
    await one.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
  })

  test('does not wait for one who hangs', async () => {
    hang(2)
    open().start()
    await vi.waitFor(async () => expect(await witnessed()).toEqual([3, 'w1', 'w2']))
  })

  test('is not published with fewer than k, whatever strangers and liars add', async () => {
    const stranger = await fakeWitness(4, [logVkey()])
    fakeAt(1).answer = (body) => stranger.honest(body)
    silence(2)
    await open().witness()
    await stranger.close()
    expect(await witnessed()).toBeUndefined()
    expect(failures.sort()).toEqual([
      'witness.test/w2 wrong-cosignature',
      'witness.test/w3 failing',
    ])
  })

  test('keeps what was witnessed before until a newer one is', async () => {
    const one = open()
    await one.witness()
    silence(0)
    silence(1)
    await grow(2)
    await one.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
  })

  test('has the cosignatures another process got, also where this one got fewer', async () => {
    await open().witness()
    silence(1)
    silence(2)
    await open(1).witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
    expect(fakes.map(({ asked }) => asked.length)).toEqual([1, 1, 1])
  })

  test('loses no cosignature when two processes publish in turn', async () => {
    silence(1)
    silence(2)
    const [one, other] = [open(1), open(1)]
    await one.witness()
    await other.witness()
    fakeAt(1).answer = undefined
    now += 1_000
    await one.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2'])
    silence(1)
    fakeAt(2).answer = undefined
    await other.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
  })

  test('leaves the keys of those who cosigned with the keys of the ledger', async () => {
    silence(1)
    await open().witness()
    const [first, , third] = fakes.map(({ vkey }) => vkey)
    expect(await tree.tiles.readVkeys()).toEqual([third, first, logVkey()])
  })

  test('is carried on by a process that knows nothing, over conflicts', async () => {
    await open().witness()
    await grow(4)
    await open().witness()
    expect(await witnessed()).toEqual([7, 'w1', 'w2', 'w3'])
    expect(fakes.map(({ asked }) => asked.length)).toEqual([3, 3, 3])
  })

  test('is witnessed anew after an exchange of the log key', async () => {
    const one = open()
    await one.witness()
    tree.seeds = [seedOf(2), seedOf(1)]
    await tree.open().integrate()
    await one.witness()
    expect(await witnessed()).toEqual([3, 'w1', 'w2', 'w3'])
    expect(signaturesOf((await tree.tiles.readCheckpoint('witnessed')) ?? '')).toHaveLength(5)
  })
})

describe('a witness that fails', () => {
  test('is asked again after pauses that grow to a minute', async () => {
    silence(0)
    const one = open()
    const askedAt: number[] = []
    for (now = 0; now <= 200_000; now += 500) {
      const before = fakeAt(0).asked.length
      await one.witness()
      if (fakeAt(0).asked.length > before) askedAt.push(now / 1_000)
    }
    expect(askedAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
    expect(failures).toEqual(['witness.test/w1 failing'])
    expect(one.health().witnesses[0]).toMatchObject({ failures: 9, error: { code: 'failing' } })
  })
})

describe('witnesses of which none can be reached', () => {
  beforeEach(() => {
    for (const index of [0, 1, 2]) silence(index)
  })

  test('keep neither entries nor checkpoints from coming', async () => {
    const one = open()
    one.start()
    await grow(5)
    await one.settled()
    expect(await tree.published()).toMatchObject({ size: 8 })
    expect(await witnessed()).toBeUndefined()
  })

  test('raise an alarm after a quarter of an hour, and again after each further one', async () => {
    const one = open()
    for (const minutes of [0, 14, 16, 20, 29, 31]) {
      now = minutes * MINUTE
      await one.witness()
      if (minutes === 14) expect([overdue, one.health().isOverdue]).toEqual([[], false])
    }
    expect(overdue).toEqual([16 * MINUTE, 31 * MINUTE])
    expect(one.health()).toMatchObject({ isOverdue: true, waitedMs: 31 * MINUTE })
  })

  test('are forgiven once they cosign', async () => {
    const one = open()
    for (now of [0, 16 * MINUTE]) await one.witness()
    for (const fake of fakes) fake.answer = undefined
    now += MINUTE
    await one.witness()
    expect(one.health()).toMatchObject({ isOverdue: false, waitedMs: 0 })
  })

  test('raise none while there is nothing newer than what they cosigned', async () => {
    for (const fake of fakes) fake.answer = undefined
    const one = open()
    await one.witness()
    for (const index of [0, 1, 2]) silence(index)
    now = 60 * MINUTE
    await one.witness()
    await grow(1)
    await one.witness()
    expect(overdue).toEqual([])
  })

  test('are not waited for', async () => {
    for (const index of [0, 1, 2]) hang(index)
    const one = open(2, { settleMs: 20 })
    one.start()
    await one.settled()
    await one.stop()
    expect(failures).toEqual([])
  })
})

describe('a split view', () => {
  const another = { root: leafHash(Buffer.from('another history')) }

  test('of equal size is an incident, once, and does not count', async () => {
    fakeAt(1).known.set(origin, { size: 3, ...another })
    const one = open(3)
    for (now of [0, 1_000, 3_000]) await one.witness()
    expect(splits).toEqual([{ witness: 'witness.test/w2', origin, size: 3, code: 'other-tree' }])
    expect(await witnessed()).toBeUndefined()
  })

  test('of a larger tree than there is: a ledger that was taken back together with its guard', async () => {
    fakeAt(0).known.set(origin, { size: 9, ...another })
    await open().witness()
    expect(splits).toEqual([{ witness: 'witness.test/w1', origin, size: 3, code: 'ahead' }])
  })

  test('is not what a witness has that was shown a newer checkpoint meanwhile', async () => {
    const first = fakeAt(0)
    first.answer = async (body) => {
      first.answer = undefined
      await grow(2)
      await open(1, { witnesses: [first.witness] }).witness()
      return first.honest(body)
    }
    const one = open()
    await one.witness()
    now += 1_000
    await one.witness()
    expect([splits, failures]).toEqual([[], []])
    expect(await witnessed()).toEqual([5, 'w1', 'w2', 'w3'])
  })
})

describe('a new epoch', () => {
  test('is not witnessed until each witness was told of its origin, and then from its first size on', async () => {
    const one = open()
    await one.witness()
    const next = epochOrigin(origin, 2)
    await tree.tiles.keepEpoch({ number: 2, origin: next })
    const note = await secondEpoch(next)
    await one.witness()
    expect(failures.sort()).toEqual([1, 2, 3].map((at) => `witness.test/w${at} unknown-log`))
    expect(await tree.tiles.readCheckpoint('witnessed')).toBeUndefined()

    for (const fake of fakes) await fake.close()
    fakes = await Promise.all([1, 2, 3].map((number) => fakeWitness(number, [logVkey(next)])))
    await open().witness()
    const after = (await tree.tiles.readCheckpoint('witnessed')) ?? ''
    expect(after.startsWith(note)).toBe(true)
  })

  async function secondEpoch(of: string) {
    const root = leafHash(Buffer.from('any'))
    const note = await signCheckpoint({ origin: of, size: 3, root }, [ed25519Signer(of, seedOf(1))])
    await tree.tiles.publish('integrated', note, 3)
    return note
  }
})
