/**
 * Append, integrate, crash, back up, restore, erase, disclose and begin epochs, in random order: one model over the ledger,
 * its tree and the vault. Run over each adapter by its own test file.
 */
import { anEntry } from '@wederhoor/ledger/integrator.fixture'
import { SigningRefused } from '@wederhoor/ledger/refusal'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Crash, cutting, erase, meet, processIn } from './erasure-world.fixture.ts'
import {
  check,
  type Model,
  newModel,
  newReal,
  notingSigner,
  openIntegrator,
  type Real,
  restart,
  sealedOff,
} from './evidence-history.fixture.ts'
import { type EvidencePlace, nameOf } from './evidence-place.fixture.ts'
import type { Owner } from './storage.ts'
import { requestFor } from './story.fixture.ts'

type Command = fc.AsyncCommand<Model, Real>
const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  async run(model, real) {
    await run(model, real)
    await check(model, real)
  },
  toString: () => name,
})

/** The first `one` of the people, with whom it shares the dossier. */
function pairOf({ people }: Real, index: number): { readonly one: Owner; readonly other: Owner } {
  const [one, other] = [people[index], people[index % 2 === 0 ? index + 1 : index - 1]]
  if (one === undefined || other === undefined) throw new RangeError(`nobody is ${index}`)
  return { one, other }
}

/** Why an entry that names these may not be appended: any of the reasons, none when it may. */
async function refusals(model: Model, { place }: Real, ...named: readonly Owner[]) {
  const isHalted = (await place.store.halted()) !== undefined
  const isFenced = named.some((owner) => model.fenced.has(nameOf(owner)))
  return [...(isHalted ? ['halted'] : []), ...(isFenced ? ['erased'] : [])]
}

const append = (person: number) =>
  command(`append of ${person}`, async (model, real) => {
    const { one, other } = pairOf(real, person)
    const refused = await refusals(model, real, one, other)
    const isSealedOff = [one, other].some((owner) => model.sealedOff.has(nameOf(owner)))
    const leafIndex = model.leaves.length
    const text = `tale ${leafIndex}`
    const appending = meet(real.world, real.process.vault, { one, other }, text)
    if (refused.length > 0 || isSealedOff) {
      const code = expect.toBeOneOf([...refused, 'erased'])
      return expect(appending).rejects.toMatchObject({ code })
    }
    const { ofOne, ofOther } = await appending
    model.tales = [
      ...model.tales,
      { owner: one, text: `${text} of one`, sealed: ofOne, leafIndex },
      { owner: other, text: `${text} of other`, sealed: ofOther, leafIndex },
    ]
  })

/** As a process would that sealed something, or read it, before the fence and appends behind it. */
const appendLate = (person: number) =>
  command(`late append of ${person}`, async (model, real) => {
    const { one, other } = pairOf(real, person)
    const tale = model.tales.find(({ owner }) => owner === one)
    if (tale === undefined) return
    const refused = await refusals(model, real, one, other)
    const head = await real.place.store.head()
    const seal = async () => ({ ofOne: tale.sealed, ofOther: tale.sealed }) as never
    const late = meet(real.world, { ...real.process.vault, seal }, { one, other }, '')
    if (refused.length === 0) return void (await late)
    await expect(late).rejects.toMatchObject({ code: expect.toBeOneOf(refused) })
    expect(await real.place.store.head()).toBe(head)
  })

/** Whatever came of it is what stands now; nothing that was fenced before may be open again. */
async function takeFences(model: Model, real: Real): Promise<void> {
  const [off, fenced] = [await sealedOff(real), await real.place.fenced()]
  expect([...off]).toEqual(expect.arrayContaining([...model.sealedOff]))
  expect([...fenced]).toEqual(expect.arrayContaining([...model.fenced]))
  model.sealedOff = off
  model.fenced = fenced
  for (const { dossier, party } of await real.world.register.read())
    expect([off, fenced].every((names) => names.has(nameOf({ dossier, party })))).toBe(true)
}

const isRecorded = async ({ place }: Real, { party }: Owner) =>
  (await place.store.readStream(`erasure-${party}`)).length > 0

const eraseWhole = (person: number) =>
  command(`erase ${person}`, async (model, real) => {
    const { one: owner } = pairOf(real, person)
    const isHalted = (await real.place.store.halted()) !== undefined
    const mayRecord = !isHalted || (await isRecorded(real, owner))
    const erasing = erase(real.world, real.process, owner)
    if (mayRecord) expect((await erasing).scan.places).toEqual([])
    else await expect(erasing).rejects.toMatchObject({ code: 'halted' })
    model.sealedOff = new Set([...model.sealedOff, nameOf(owner)])
    model.fenced = new Set([...model.fenced, nameOf(owner)])
  })

const eraseCut = (person: number, when: 'before' | 'after', call: number) =>
  command(`erase ${person}, crash ${when} ${call}`, async (model, real) => {
    const { one: owner } = pairOf(real, person)
    const world = cutting(real.world, when, call)
    try {
      await erase(world, processIn(world), owner)
    } catch (error) {
      const isHalted = (await real.place.store.halted()) !== undefined
      if (!(error instanceof Crash) && !isHalted) throw error
    }
    await restart(real)
    await takeFences(model, real)
  })

const disclose = (person: number) =>
  command(`disclose to ${person}`, async (model, real) => {
    const { one: owner } = pairOf(real, person)
    const tale = model.tales.findLast((one) => one.owner === owner)
    if (tale === undefined) return
    const [answer] = await real.process.vault.disclose(requestFor(owner, tale.sealed))
    expect(answer?.kind).toBe(model.sealedOff.has(nameOf(owner)) ? 'erased' : 'opened')
    if (answer?.kind !== 'opened') return
    const { text, digest } = answer
    model.given = [...model.given, { text, digest, leafIndex: tale.leafIndex }]
  })

/** A refusal is an answer, where something is lost; it also halts the ledger. */
async function signing(model: Model, real: Real, work: () => Promise<unknown>) {
  try {
    await work()
    expect(model.isLost).toBe(false)
  } catch (error) {
    if (!(error instanceof SigningRefused)) throw error
    expect(model.isLost).toBe(true)
    expect(await real.place.store.halted()).toBeDefined()
  }
}

const integrate = command('integrate', (model, real) =>
  signing(model, real, () => real.integrator.settled()),
)

const points = ['writeTiles', 'compareAndSet', 'sign', 'publish'] as const

const integrateCut = (point: (typeof points)[number], when: 'before' | 'after') =>
  command(`integrate, crash ${when} ${point}`, async (model, real) => {
    const { place, guard, texts } = real
    const at =
      <Asked extends readonly unknown[], Result>(
        name: string,
        call: (...asked: Asked) => Promise<Result>,
      ) =>
      async (...asked: Asked): Promise<Result> => {
        if (name !== point) return call(...asked)
        if (when === 'after') await call(...asked)
        throw new Crash()
      }
    const crashing = openIntegrator(real, {
      tiles: {
        ...place.tiles,
        writeTiles: at('writeTiles', place.tiles.writeTiles),
        publish: at('publish', place.tiles.publish),
      },
      guard: { read: guard.read, compareAndSet: at('compareAndSet', guard.compareAndSet) },
      signers: async (of) => {
        const signer = notingSigner(of, texts)
        return [{ ...signer, sign: at('sign', signer.sign) }]
      },
    })
    try {
      await signing(model, real, () => crashing.integrate())
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
    await restart(real)
  })

const backUp = command('back up', async (model, real) => {
  real.backup = { ...(await real.place.backup()), model: { ...model } }
})

/** Ledger, tree and vault come from the backup; guard, key store, keys and register do not. */
const restore = command('restore', async (model, real) => {
  const { backup } = real
  if (backup === undefined) return
  real.place = await backup.restore()
  const then = backup.model
  const guarded = await real.guard.read()
  const epoch = (await real.place.tiles.readEpoch())?.number ?? 1
  model.isLost ||=
    guarded !== undefined && (epoch !== guarded.epoch || then.leaves.length < guarded.size)
  const erased = (await real.world.register.read()).map(nameOf)
  const isThere = ({ leafIndex }: { leafIndex: number }) => leafIndex < then.leaves.length
  model.leaves = then.leaves
  model.tales = then.tales
  model.given = model.given.filter(isThere)
  model.sealedOff = new Set([...then.sealedOff, ...erased])
  model.fenced = new Set([...then.fenced, ...erased])
  await restart(real)
})

const beginEpoch = command('begin an epoch', async (model, real) => {
  const { place, guard } = real
  const kept = (await place.tiles.readEpoch())?.number ?? 1
  const number = Math.max(kept, (await guard.read())?.epoch ?? 1) + 1
  const lastWitnessed = (await place.tiles.readCheckpoint('integrated')) ?? null
  model.isLost = false
  await real.integrator.openEpoch(
    { number, decidedBy: ['one', 'another'], lastWitnessed },
    async () => {
      const entry = { ...anEntry(), type: 'EpochBegun' }
      await place.store.append(`evidence-epoch-${number}`, 'no-stream', [entry])
    },
  )
  expect(await place.store.halted()).toBeUndefined()
})

const person = fc.nat({ max: 3 })
const when = fc.constantFrom('before' as const, 'after' as const)
const always = (what: Command) => fc.constant(what)
const commandsOf = (maxCommands: number) =>
  fc.commands(
    [
      person.map(append),
      person.map(append),
      person.map(appendLate),
      always(integrate),
      always(integrate),
      fc.tuple(fc.constantFrom(...points), when).map(([point, at]) => integrateCut(point, at)),
      person.map(eraseWhole),
      fc.tuple(person, when, fc.nat({ max: 14 })).map((given) => eraseCut(...given)),
      person.map(disclose),
      always(command('restart', (_model, real) => restart(real))),
      always(backUp),
      always(restore),
      always(restore),
      always(beginEpoch),
    ],
    { maxCommands, size: 'max' },
  )

export function evidenceModel(
  name: string,
  world: {
    open(): Promise<EvidencePlace>
    close?(): Promise<void>
    readonly numRuns: number
    readonly maxCommands: number
  },
): void {
  const { numRuns, maxCommands } = world
  describe(`a ledger on ${name} in which people are erased, that crashes and is restored in any order`, () => {
    test('keeps every leaf, proof and signed promise, and opens exactly what was not erased', async () => {
      await fc.assert(
        fc.asyncProperty(commandsOf(maxCommands), async (commands) => {
          const real = newReal(await world.open())
          try {
            await fc.asyncModelRun(() => ({ model: newModel(), real }), commands)
          } finally {
            await world.close?.()
          }
        }),
        { numRuns, endOnFailure: true },
      )
    })
  })
}
