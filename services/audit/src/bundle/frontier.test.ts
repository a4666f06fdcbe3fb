import { leafHash, rootOf } from '@wederhoor/ledger/tree'
import { describe, expect, test } from 'vitest'
import { emptyFrontier, grown, rootNow } from './frontier.ts'

describe('a tree that grows', () => {
  test('has at every size the root that all its leaves have', () => {
    const leaves: Uint8Array[] = []
    let frontier = emptyFrontier
    expect(rootNow(frontier)).toEqual(rootOf([]))
    for (let number = 0; number < 200; number += 1) {
      const leaf = leafHash(Buffer.from(`${number}`))
      leaves.push(leaf)
      frontier = grown(frontier, leaf)
      expect(Buffer.compare(rootNow(frontier), rootOf(leaves)), `${number + 1} leaves`).toBe(0)
      expect(frontier.count).toBe(number + 1)
    }
  })
})
