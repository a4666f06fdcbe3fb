/** Attacks on openings that are under way in another process while somebody is erased, on a real database. */
import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureWorld, erase, meet, processIn, read } from './erasure-world.fixture.ts'
import { migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { newOwner } from './story.fixture.ts'

/** Something that is awaited, until it is let go. */
function gate() {
  const reached = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    open: open.resolve,
    async pass() {
      reached.resolve()
      await open.promise
    },
  }
}

describe('content that is being opened in another process', () => {
  let database: TestDatabase
  let world: ErasureWorld
  beforeEach(async () => {
    database = await migratedDatabase()
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

  async function erasedDuring(
    slow: (held: ReturnType<typeof gate>) => Partial<ErasureWorld>,
    warm: boolean,
  ): Promise<readonly unknown[]> {
    const owner = newOwner()
    const other = { ...owner, party: randomUUID() }
    const { ofOne, ofOther } = await meet(world, processIn(world).vault, { one: owner, other }, 'x')
    const held = gate()
    let armed = false
    const parts = slow({ ...held, pass: async () => (armed ? held.pass() : undefined) })
    const elsewhere = processIn({ ...world, ...parts })
    if (warm) await read(elsewhere.vault, owner, ofOne, ofOther)
    armed = true
    const opening = read(elsewhere.vault, owner, ofOne, ofOther)
    await held.reached
    const { scan } = await erase(world, processIn(world), owner)
    expect(scan.places).toEqual([])
    held.open()
    return opening
  }

  test('slow access log, key in its cache: nothing opens once the erasure is complete', async () => {
    const opened = await erasedDuring(
      (held) => ({
        accessStore: {
          ...world.accessStore,
          append: async (...given) => {
            await held.pass()
            return world.accessStore.append(...given)
          },
        },
      }),
      true,
    )
    expect(opened).toEqual(['erased', 'x of other'])
  })

  test('slow key store, key on its way: nothing opens once the erasure is complete', async () => {
    const opened = await erasedDuring(
      (held) => ({
        kek: {
          ...world.kek,
          unwrap: async (...given) => {
            await held.pass()
            return world.kek.unwrap(...given)
          },
        },
      }),
      false,
    )
    expect(opened).toEqual(['erased', 'x of other'])
  })
})
