import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acknowledgedList } from './acknowledged.ts'
import { agenda } from './agenda.ts'

describe('an agenda', () => {
  test('gives the acts of the earliest slot together, at the end of that slot', () => {
    const todo = agenda<string>(3_600_000)
    todo.add('2024-01-01T10:15:00.000Z', 'later')
    todo.add('2024-01-01T09:05:00.000Z', 'first')
    todo.add('2024-01-01T09:55:00.000Z', 'second')
    expect(todo.next()).toEqual({ at: '2024-01-01T09:59:59.999Z', acts: ['first', 'second'] })
    expect(todo.next()?.acts).toEqual(['later'])
    expect(todo.next()).toBeUndefined()
    expect(todo.size).toBe(0)
  })
})

describe('a list of what was acknowledged', () => {
  const one = { index: 3, dossier: 'd', code: '1', status: 'offered', offeredTo: 'loket-utrecht' }

  test('goes on after a restart and drops a line that a kill cut off', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'acknowledged-')), 'list.jsonl')
    acknowledgedList(path).add(one)
    writeFileSync(path, '{"index":4,"dos', { flag: 'a' })
    const again = acknowledgedList(path)
    expect([...again.all.values()]).toEqual([one])
    again.add({ ...one, index: 5 })
    expect([...acknowledgedList(path).all.keys()]).toEqual([3, 5])
  })
})
