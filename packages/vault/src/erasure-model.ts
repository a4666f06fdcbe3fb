/**
 * Random histories of sealing, erasing, crashing, restoring and changing epochs, against a model that knows only who was
 * erased. Run by each adapter's own test file.
 */
import { randomUUID } from 'node:crypto'
import { memoryStore } from '@wederhoor/event-store/memory'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ErasureTestWorld } from './erasure-conformance.ts'
import {
  Crash,
  cutting,
  type ErasureWorld,
  erase,
  processIn,
  read,
  startIn,
  worldOver,
} from './erasure-world.fixture.ts'
import type { Sealed } from './fields.ts'
import { kekEpochs } from './kek-epochs.ts'
import type { Owner } from './storage.ts'
import { told } from './story.fixture.ts'

type Step =
  | { readonly kind: 'seal' | 'erase'; readonly person: number }
  | {
      readonly kind: 'crash'
      readonly person: number
      readonly when: 'before' | 'after'
      readonly call: number
    }
  | { readonly kind: 'restart' | 'backup' | 'begin-epoch' | 'end-epoch' }
  | { readonly kind: 'restore'; readonly ledgerToo: boolean }

const person = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('seal' as const), person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('erase' as const), person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      person,
      when: fc.constantFrom('before' as const, 'after' as const),
      call: fc.nat({ max: 14 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(...(['restart', 'backup', 'begin-epoch', 'end-epoch'] as const)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restore' as const), ledgerToo: fc.boolean() }),
  },
)

export function erasureModel(
  name: string,
  open: () => Promise<ErasureTestWorld>,
  numRuns: number,
): void {
  describe(`any history on ${name}`, () => {
    test('opens what was not erased and nothing that was, after every step', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const opened = await open()
          try {
            const history = historyIn(opened)
            for (const one of steps) {
              await history.take(one)
              await history.check()
            }
            await history.end()
          } finally {
            await opened.close()
          }
        }),
        { numRuns, endOnFailure: true },
      )
    })
  })
}

interface Told {
  readonly owner: Owner
  readonly text: string
  readonly story: Sealed<string>
}

function historyIn(opened: ErasureTestWorld) {
  const [here, there] = [randomUUID(), randomUUID()]
  const [one, other] = [randomUUID(), randomUUID()]
  const people: readonly Owner[] = [here, there].flatMap((dossier) =>
    [one, other].map((party) => ({ dossier, party })),
  )
  const nameOf = (owner: Owner) => `${owner.dossier}|${owner.party}`
  const ownerOf = (index: number): Owner => people[index] ?? { dossier: here, party: one }
  /** Erased to the end. */
  const erased = new Set<string>()
  let world: ErasureWorld = worldOver(opened.storage)
  let process = processIn(world)
  let tales: readonly Told[] = []
  let backup: { readonly tales: readonly Told[]; restore(): Promise<void> } | undefined

  const isFenced = async (owner: Owner): Promise<boolean> =>
    (await world.storage.findKey(owner)) === 'erased'
  const epochs = () => kekEpochs({ storage: world.storage, kek: world.kek, batch: 2 })
  async function start(): Promise<void> {
    process = await startIn(world)
  }

  async function seal(owner: Owner): Promise<void> {
    const text = `tale ${tales.length}`
    if (await isFenced(owner)) {
      const late = process.vault.seal(told, owner, { story: text })
      return expect(late).rejects.toMatchObject({ code: 'erased' })
    }
    const { story } = await process.vault.seal(told, owner, { story: text })
    tales = [...tales, { owner, text, story }]
  }

  async function eraseWhole(owner: Owner): Promise<void> {
    const { scan } = await erase(world, process, owner)
    expect(scan.places).toEqual([])
    erased.add(nameOf(owner))
  }

  async function eraseCut(owner: Owner, when: 'before' | 'after', call: number): Promise<void> {
    const cut = cutting(world, when, call)
    try {
      await erase(cut, processIn(cut), owner)
      erased.add(nameOf(owner))
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      await start()
    }
  }

  async function restore(ledgerToo: boolean): Promise<void> {
    if (backup === undefined) return
    await backup.restore()
    tales = backup.tales
    // A ledger from before all of it: what it held of erasures is lost, the register is not.
    if (ledgerToo) world = { ...world, store: memoryStore() }
    await start()
    const { restore: again } = await opened.backup()
    backup = { tales, restore: again }
  }

  /** Whoever ends an epoch says that older backups are needed no more; then none of them opens what is finally erased. */
  async function endEpoch(): Promise<void> {
    const [oldest = ''] = await epochs().list()
    const { kind } = await epochs().end(oldest)
    if (kind !== 'destroyed' || backup === undefined) return
    const now = await opened.backup()
    const ended: string[] = []
    for (const owner of people)
      if (erased.has(nameOf(owner)) && (await process.steps.finality(owner)).final)
        ended.push(nameOf(owner))
    await backup.restore()
    const { vault } = processIn(world)
    for (const { owner, story } of backup.tales.filter((tale) =>
      ended.includes(nameOf(tale.owner)),
    )) {
      const found = await read(vault, owner, story).catch((error: unknown) => error)
      expect(found).not.toEqual([expect.stringMatching(/^tale/)])
    }
    await now.restore()
    backup = undefined
  }

  return {
    async take(one: Step): Promise<void> {
      switch (one.kind) {
        case 'seal':
          return seal(ownerOf(one.person))
        case 'erase':
          return eraseWhole(ownerOf(one.person))
        case 'crash':
          return eraseCut(ownerOf(one.person), one.when, one.call)
        case 'restart':
          return start()
        case 'backup':
          backup = { tales, restore: (await opened.backup()).restore }
          return
        case 'restore':
          return restore(one.ledgerToo)
        case 'begin-epoch':
          await epochs().begin()
          return
        case 'end-epoch':
          return endEpoch()
      }
    },

    /** In this process, with its caches, and in a new one. */
    async check(): Promise<void> {
      for (const { vault } of [process, processIn(world)])
        for (const { owner, text, story } of tales) {
          const gone = erased.has(nameOf(owner)) || (await isFenced(owner))
          expect(await read(vault, owner, story)).toEqual([gone ? 'erased' : text])
        }
    },

    async end(): Promise<void> {
      for (const owner of people) if (await isFenced(owner)) await eraseWhole(owner)
      await this.check()
      for (const owner of people)
        if (erased.has(nameOf(owner))) expect((await process.steps.scan(owner)).places).toEqual([])
    },
  }
}
