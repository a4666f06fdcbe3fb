import { describe, expect, test } from 'vitest'
import { createTestDatabase } from './test-database.ts'

describe('a test database', () => {
  test('is fresh, of its own, and orders text by code point', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
    try {
      await one.pool.query('create table mine (name text)')
      const elsewhere = await other.pool.query(
        "select from information_schema.tables where table_name = 'mine'",
      )
      expect(elsewhere.rowCount).toBe(0)
      const order = await one.pool.query<{ name: string }>(
        "select name from unnest(array['é', 'a', 'Z', 'e']) as name order by name",
      )
      expect(order.rows.map((row) => row.name)).toEqual(['Z', 'a', 'e', 'é'])
    } finally {
      await Promise.all([one.drop(), other.drop()])
    }
  })
})
