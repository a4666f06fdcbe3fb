/**
 * Append, integrate, crash, back up, restore, erase, disclose and begin epochs, in random order: one model over the ledger,
 * its tree and the vault. Run over each adapter by its own test file.
 */
import {
  attempt,
  beginNextEpoch,
  cutAt,
  type SigningStep,
  signingSteps,
} from '@wederhoor/ledger/integrator-history.fixture'
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

const integrate = command('integrate', (model, real) =>
  attempt({ ...model, store: real.place.store }, () => real.integrator.settled()),
)

const integrateCut = (step: SigningStep, when: 'before' | 'after') =>
  command(`integrate, crash ${when} ${step}`, async (model, real) => {
    const { place, guard, texts } = real
    const signers = async (of: string) => [notingSigner(of, texts)]
    const parts = { tiles: place.tiles, guard, signers }
    const crashing = openIntegrator(real, cutAt(parts, step, when, new Crash()))
    try {
      await attempt({ ...model, store: place.store }, () => crashing.integrate())
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
  model.isLost = false
  await beginNextEpoch(real.integrator, { ...real.place, guard: real.guard })
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
      fc.tuple(fc.constantFrom(...signingSteps), when).map(([step, at]) => integrateCut(step, at)),
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
