import { emptyRoot } from '@wederhoor/ledger/tree'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { describe, expect, test } from 'vitest'
import { guardDatabase } from './guard-database.ts'

describe('signing guards in a database of their own', () => {
  test('make their table by themselves, and stand there for the next process', async () => {
    const database = await createTestDatabase()
    const tree = { epoch: 1, origin: 'ledger.test/log', size: 3, root: emptyRoot() }
    const first = guardDatabase(database.url)
    const [one, other] = ['case_history', 'access'].map(first.guardOf)
    expect(await Promise.all([one?.read(), other?.read()])).toEqual([undefined, undefined])
    expect(await one?.compareAndSet(undefined, tree)).toBe('set')
    await first.close()
    const next = guardDatabase(database.url)
    expect(await next.guardOf('case_history').read()).toMatchObject({ size: 3 })
    expect(await next.guardOf('access').read()).toBeUndefined()
    await next.close()
    await database.drop()
  })

  test('are waited for while their database does not answer', async () => {
    const nowhere = guardDatabase('postgres://nobody@127.0.0.1:1/none')
    const guard = nowhere.guardOf('case_history')
    await expect(guard.read()).rejects.toMatchObject({ code: 'unavailable' })
    await expect(guard.read()).rejects.toMatchObject({ code: 'unavailable' })
    await nowhere.close()
  })
})
