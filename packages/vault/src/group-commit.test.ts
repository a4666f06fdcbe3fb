import { describe, expect, test } from 'vitest'
import { groupCommit } from './group-commit.ts'

function world(limits: { itemsMax?: number; bytesMax?: number; waitingMax?: number } = {}) {
  const groups: number[][] = []
  const held: (() => void)[] = []
  const queue = groupCommit<number, number>(
    async (items) => {
      groups.push([...items])
      await new Promise<void>((resolve) => held.push(resolve))
      if (items.includes(13)) throw new Error('thirteen')
      return items.map((item) => item * 10)
    },
    {
      itemsMax: limits.itemsMax ?? 100,
      bytesMax: limits.bytesMax ?? 1_000_000,
      waitingMax: limits.waitingMax ?? 1_000,
      bytesOf: (item) => item,
      full: () => new Error('full'),
    },
  )
  const letGo = async () => {
    await untilNextTurn()
    held.shift()?.()
    await untilNextTurn()
  }
  return { queue, groups, letGo }
}

const untilNextTurn = async () => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('an idle queue', () => {
  test('sends at once what one turn brought, and answers each with its own result', async () => {
    const { queue, groups, letGo } = world()
    const all = Promise.all([1, 2, 3].map(queue.add))
    await letGo()
    expect(await all).toEqual([10, 20, 30])
    expect(groups).toEqual([[1, 2, 3]])
  })
})

describe('a queue with a group on its way', () => {
  test('gathers what comes meanwhile into the next group', async () => {
    const { queue, groups, letGo } = world()
    const first = queue.add(1)
    await untilNextTurn()
    const rest = Promise.all([2, 3, 4].map(queue.add))
    await letGo()
    expect(groups).toEqual([[1], [2, 3, 4]])
    await letGo()
    expect(await first).toBe(10)
    expect(await rest).toEqual([20, 30, 40])
    await queue.drained()
  })

  test('cuts groups by count and by bytes, and sends one that is too big alone', async () => {
    const { queue, groups, letGo } = world({ itemsMax: 2, bytesMax: 10 })
    const all = Promise.all([1, 2, 3, 50, 4, 5, 6].map(queue.add))
    for (let group = 0; group < 6; group += 1) await letGo()
    expect(await all).toEqual([10, 20, 30, 500, 40, 50, 60])
    expect(groups).toEqual([[1, 2], [3], [50], [4, 5], [6]])
  })

  test('fails only the group that failed', async () => {
    const { queue, letGo } = world({ itemsMax: 2 })
    const all = Promise.allSettled([1, 13, 3].map(queue.add))
    await letGo()
    await letGo()
    expect((await all).map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })

  test('refuses what it has no room for', async () => {
    const { queue, letGo } = world({ waitingMax: 1 })
    const first = queue.add(1)
    await expect(queue.add(2)).rejects.toThrow('full')
    await letGo()
    expect(await first).toBe(10)
  })
})
