/** What every signing guard must do; `world` opens guards on one and the same kept state. */
import { describe, expect, test } from 'vitest'
import type { GuardedTree, SigningGuard } from './signing-guard.ts'
import { leafHash } from './tree.ts'

interface GuardWorld {
  /** Another object on what is kept, as a second process has. */
  open(): SigningGuard
  close(): Promise<void>
}

const rootNamed = (name: string) => leafHash(Buffer.from(name))
const origin = 'ledger.test/guarded'
const at = (size: number, part: Partial<GuardedTree> = {}): GuardedTree => ({
  epoch: 1,
  origin,
  size,
  root: rootNamed(`root at ${size}`),
  ...part,
})

export function signingGuardConformance(name: string, make: () => Promise<GuardWorld>): void {
  const inWorld = (work: (world: GuardWorld) => Promise<void>) => async () => {
    const world = await make()
    try {
      await work(world)
    } finally {
      await world.close()
    }
  }
  const plain = (tree: GuardedTree | undefined) =>
    tree === undefined ? undefined : { ...tree, root: Buffer.from(tree.root).toString('hex') }

  describe(`a signing guard in ${name}`, () => {
    test(
      'knows of nothing at first, and then of what was set last, whoever asks',
      inWorld(async (world) => {
        const guard = world.open()
        expect(await guard.read()).toBeUndefined()
        expect(await guard.compareAndSet(undefined, at(0))).toBe('set')
        expect(await guard.compareAndSet(at(0), at(7))).toBe('set')
        expect(await guard.compareAndSet(at(7), at(7))).toBe('set')
        expect(await guard.compareAndSet(at(7), at(2 ** 40))).toBe('set')
        expect(plain(await guard.read())).toEqual(plain(at(2 ** 40)))
        expect(plain(await world.open().read())).toEqual(plain(at(2 ** 40)))
      }),
    )

    test(
      'moves only from where it stands',
      inWorld(async (world) => {
        const guard = world.open()
        expect(await guard.compareAndSet(at(1), at(2))).toBe('other')
        expect(await guard.read()).toBeUndefined()
        await guard.compareAndSet(undefined, at(5))
        expect(await guard.compareAndSet(undefined, at(6))).toBe('other')
        expect(await guard.compareAndSet(at(4), at(6))).toBe('other')
        expect(await guard.compareAndSet(at(5, { root: rootNamed('x') }), at(6))).toBe('other')
        expect(await guard.compareAndSet(at(5, { epoch: 2 }), at(6, { epoch: 2 }))).toBe('other')
        expect(await guard.compareAndSet(at(5, { origin: 'else' }), at(6))).toBe('other')
        expect(plain(await guard.read())).toEqual(plain(at(5)))
      }),
    )

    test.each([
      ['a smaller size', at(5), at(4)],
      ['size 0', at(5), at(0)],
      ['same size signed twice with another root', at(5), at(5, { root: rootNamed('another') })],
      ['an epoch that is over', at(5, { epoch: 2 }), at(9)],
      ['another origin in the same epoch', at(5), at(9, { origin: 'ledger.test/other' })],
    ])('never goes back: %s', async (_name, stands, to) => {
      const world = await make()
      const guard = world.open()
      await guard.compareAndSet(undefined, stands)
      await expect(guard.compareAndSet(stands, to)).rejects.toMatchObject({ code: 'goes-back' })
      expect(plain(await guard.read())).toEqual(plain(stands))
      await world.close()
    })

    test(
      'begins a new epoch at any size',
      inWorld(async (world) => {
        const guard = world.open()
        await guard.compareAndSet(undefined, at(100))
        const next = at(0, { epoch: 3, origin: `${origin}/epoch/3` })
        expect(await guard.compareAndSet(at(100), next)).toBe('set')
        expect(plain(await guard.read())).toEqual(plain(next))
      }),
    )

    test(
      'lets one of many who move it at once do so',
      inWorld(async (world) => {
        const guards = Array.from({ length: 8 }, () => world.open())
        let stands: GuardedTree | undefined
        for (let round = 0; round < 5; round += 1) {
          const from = stands
          const answers = await Promise.all(
            guards.map((guard, mine) =>
              guard.compareAndSet(from, at(round, { root: rootNamed(`${round} ${mine}`) })),
            ),
          )
          expect(answers.filter((answer) => answer === 'set')).toHaveLength(1)
          stands = await guards[0]?.read()
          const winner = rootNamed(`${round} ${answers.indexOf('set')}`)
          expect(plain(stands)).toEqual(plain(at(round, { root: winner })))
        }
      }),
    )
  })
}
