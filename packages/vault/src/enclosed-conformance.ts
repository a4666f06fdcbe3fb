/** What is sealed and kept with its entry, on every pair of storage and store; run by each adapter's own test file. */
import { randomUUID } from 'node:crypto'
import { type AppendResult, type EventStore, START } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnyEventOf, eventCodec } from './event-codec.ts'
import { passingKek } from './kek.ts'
import type { Vault } from './port.ts'
import type { Owner, VaultStorage } from './storage.ts'
import {
  content,
  contextFor,
  newOwner,
  PLANTED_SENTENCE,
  requestFor,
  told,
} from './story.fixture.ts'
import { vaultOver } from './vault.ts'

export interface EnclosingWorld {
  readonly storage: VaultStorage
  /** Of the case history; opened with the keeper of `storage`. */
  readonly store: EventStore
  readonly accessStore: EventStore
  /** In the vault alone: the ledger has not heard of it yet. */
  raiseFence(owner: Owner): Promise<void>
  /** Digests of all that is kept. */
  kept(): Promise<readonly string[]>
  close(): Promise<void>
}

const events = [told] as const
const codec = eventCodec({ ledger: 'ledger.example', events })
type Story = AnyEventOf<typeof events>

export function enclosedConformance(
  name: string,
  openWorld: () => Promise<EnclosingWorld>,
  numRuns: number,
): void {
  describe(`content that is kept with its entries on ${name}`, () => {
    let world: EnclosingWorld
    let vault: Vault
    const open = async () => {
      world = await openWorld()
      vault = vaultOver(world.storage, {
        kek: passingKek(),
        accessStore: world.accessStore,
        ledgerOrigin: 'ledger.example/access',
        policy: '2026-01',
        isKeptWithEntries: true,
      })
    }
    const close = async () => {
      await vault.close()
      await world.close()
    }
    beforeEach(open)
    afterEach(close)

    async function story(owner: Owner, text = PLANTED_SENTENCE): Promise<Story> {
      const sealed = await vault.seal(told, owner, { ...content, story: text })
      return { type: 'StoryTold', teller: owner.party as never, ...sealed }
    }
    /** Appends to a stream that must end at `revision`; `copied` gives equal commitments that are other objects. */
    async function append(
      { dossier }: Owner,
      stories: readonly Story[],
      { stream = `story-${randomUUID()}`, revision = -1, id = randomUUID() as string } = {},
    ): Promise<AppendResult> {
      const context = { ...contextFor(dossier), id }
      const entries = stories.map((one, index) => {
        const place = {
          stream,
          revision: revision + 1 + index,
          id: index === 0 ? id : randomUUID(),
        }
        return codec.encode(one, place, context)
      })
      return world.store.append(stream, revision < 0 ? 'no-stream' : revision, entries)
    }
    const opens = async (owner: Owner, one: Story) =>
      (await vault.open(requestFor(owner, one.story)))[0]
    const digestsOf = (...stories: readonly Story[]) =>
      stories.flatMap((one) => [one.story.sealed, one.contact.sealed]).sort()

    test('stands when the entry stands, and not before', async () => {
      const owner = newOwner()
      const one = await story(owner)
      expect(await world.kept()).toEqual([])
      await append(owner, [one])
      expect(await world.kept()).toEqual(digestsOf(one))
      expect(await opens(owner, one)).toMatchObject({ kind: 'opened', value: PLANTED_SENTENCE })
    })

    test('is not kept where somebody else was first, and is kept by the attempt that succeeds', async () => {
      const owner = newOwner()
      const [first, second] = [await story(owner), await story(owner, 'another')]
      const stream = 'story-of-both'
      await append(owner, [first], { stream })
      expect(await append(owner, [second], { stream })).toEqual({ kind: 'conflict', actual: 0 })
      expect(await world.kept()).toEqual(digestsOf(first))
      await append(owner, [second], { stream, revision: 0 })
      expect(await world.kept()).toEqual(digestsOf(first, second))
      expect(await opens(owner, second)).toMatchObject({ value: 'another' })
    })

    test('is judged append by append when many go out at once', async () => {
      const owner = newOwner()
      const stories = await Promise.all(
        Array.from({ length: 12 }, (_, index) => story(owner, `${index}`)),
      )
      const results = await Promise.all(
        stories.map((one, index) => append(owner, [one], { stream: `story-${index % 4}` })),
      )
      const appended = stories.filter((_, index) => results[index]?.kind === 'appended')
      expect(appended).toHaveLength(4)
      expect(await world.kept()).toEqual(digestsOf(...appended))
    })

    test('is answered as done, and kept as it is, when its append is repeated', async () => {
      const owner = newOwner()
      const one = await story(owner)
      const again = { stream: 'story-1', id: randomUUID() }
      await append(owner, [one], again)
      // The same command, after its process began anew: sealed anew, under another salt.
      expect(await append(owner, [await story(owner)], again)).toMatchObject({
        kind: 'already-done',
      })
      expect(await world.kept()).toEqual(digestsOf(one))
      expect(await opens(owner, one)).toMatchObject({ kind: 'opened' })
    })

    test('may be named by a second entry, of the same append or of a later one', async () => {
      const owner = newOwner()
      const one = await story(owner)
      expect(await append(owner, [one, one])).toMatchObject({ kind: 'appended', revision: 1 })
      expect(await append(owner, [one])).toMatchObject({ kind: 'appended' })
      const twice = await story(owner, 'twice')
      const both = await Promise.all([append(owner, [twice]), append(owner, [twice])])
      expect(both).toMatchObject([{ kind: 'appended' }, { kind: 'appended' }])
      expect(await world.kept()).toEqual(digestsOf(one, twice))
      expect(await opens(owner, twice)).toMatchObject({ value: 'twice' })
    })

    test('is not lost by a copy of its commitment: that append is refused, those beside it are not', async () => {
      const owner = newOwner()
      const [lost, good] = [await story(owner), await story(owner)]
      const results = await Promise.allSettled([
        append(owner, [copyOf(lost)]),
        append(owner, [good]),
      ])
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: 'invalid-entry' } },
        { status: 'fulfilled', value: { kind: 'appended' } },
      ])
      expect(await world.store.readAll(START, 10)).toHaveLength(1)
      await append(owner, [lost])
      // What stands may be committed to by whoever knows its digest.
      expect(await append(owner, [copyOf(lost)])).toMatchObject({ kind: 'appended' })
    })

    test('is content of its own dossier: what stands in another one is committed to nowhere else', async () => {
      const owner = newOwner()
      const one = await story(owner)
      await append(owner, [one])
      const elsewhere = append({ ...owner, dossier: randomUUID() }, [copyOf(one)])
      await expect(elsewhere).rejects.toMatchObject({ code: 'invalid-entry' })
      expect(await world.store.readAll(START, 10)).toHaveLength(1)
    })

    test('is refused once its party was erased, also where the ledger has not heard of it (AVG-03)', async () => {
      const [gone, stays] = [newOwner(), newOwner()]
      const before = await story(gone)
      const done = { stream: 'story-before', id: randomUUID() }
      await append(gone, [before], done)
      const [late, beside] = [await story(gone), await story(stays)]
      await world.raiseFence(gone)
      const results = await Promise.allSettled([append(gone, [late]), append(stays, [beside])])
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: 'erased' } },
        { status: 'fulfilled', value: { kind: 'appended' } },
      ])
      expect(await append(gone, [late], done)).toMatchObject({ kind: 'already-done' })
      expect(await world.kept()).toEqual(digestsOf(before, beside))
      expect(await world.store.readAll(START, 10)).toHaveLength(2)
    })

    test('stands if and only if an entry commits to it, whatever happened', async () => {
      const step = fc.record({
        kind: fc.constantFrom('seal', 'append', 'stale', 'repeat', 'copy', 'double', 'fence'),
        which: fc.nat(7),
        stream: fc.nat(2),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          await close()
          await open()
          const owners = [newOwner(), newOwner()]
          const made: { owner: Owner; one: Story; id: string }[] = []
          for (const { kind, which, stream } of steps) {
            const owner = owners[which % 2] as Owner
            if (kind === 'seal') {
              const one = await story(owner, `${made.length}`).catch(() => undefined)
              if (one !== undefined) made.push({ owner, one, id: randomUUID() })
            } else if (kind === 'fence') {
              if (which === 0) await world.raiseFence(owner)
            } else {
              const chosen = made[which % Math.max(made.length, 1)]
              if (chosen === undefined) continue
              const name = `story-${stream}`
              const revision =
                (await world.store.readStream(name)).length - (kind === 'stale' ? 2 : 1)
              const stories = {
                copy: [copyOf(chosen.one)],
                double: [chosen.one, chosen.one],
              }[kind as 'copy'] ?? [chosen.one]
              const id = kind === 'repeat' ? chosen.id : randomUUID()
              const at = { stream: name, revision: Math.max(revision, -1), id }
              await append(chosen.owner, stories, at).catch(
                expectOneOf('erased', 'invalid-entry', 'id-reused'),
              )
            }
          }
          const entries = await world.store.readAll(START, 1_000)
          const named = entries.flatMap(({ bytes }) => Object.values(decodeEntry(bytes).c))
          expect(await world.kept()).toEqual([...new Set(named)].sort())
        }),
        { numRuns },
      )
    })
  })
}

const copyOf = (one: Story): Story => structuredClone(one)

const expectOneOf =
  (...codes: readonly string[]) =>
  (error: unknown): void =>
    expect(codes).toContain((error as { code?: string }).code)
