import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

let database: TestDatabase
let directory: string

beforeEach(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-migrate-'))
  await file('001-note.sql', 'create table note (n int); insert into note values (1);')
})

afterEach(async () => {
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

const file = (name: string, sql: string) => writeFile(join(directory, name), sql)
const up = () => migrate(database.pool, { schema: 'diary', directory })

async function notes(): Promise<number[]> {
  const { rows } = await database.pool.query<{ n: number }>('select n from diary.note order by n')
  return rows.map((row) => row.n)
}

describe('a schema with migrations to apply', () => {
  test('gets each file once, in order, and only what is new later', async () => {
    await file('002-more.sql', 'insert into note values (2);')
    await file('readme.md', 'not a migration')
    expect(await up()).toEqual(['001-note.sql', '002-more.sql'])
    expect(await up()).toEqual([])
    await file('003-last.sql', 'insert into note values (3);')
    expect(await up()).toEqual(['003-last.sql'])
    expect(await notes()).toEqual([1, 2, 3])
  })

  test('gets them once when many processes start together', async () => {
    const applied = await Promise.all(Array.from({ length: 8 }, up))
    expect(applied.flat()).toEqual(['001-note.sql'])
    expect(await notes()).toEqual([1])
  })

  test('keeps nothing of a file that fails, and all of the files before it', async () => {
    await file('002-broken.sql', 'insert into note values (2); select nonsense;')
    await expect(up()).rejects.toMatchObject({ code: 'migration-failed' })
    expect(await notes()).toEqual([1])
    await file('002-broken.sql', 'insert into note values (20);')
    expect(await up()).toEqual(['002-broken.sql'])
  })
})

describe('a migration that was applied', () => {
  beforeEach(up)

  test('may not change', async () => {
    await file('001-note.sql', 'create table note (n int);')
    await expect(up()).rejects.toMatchObject({ code: 'applied-file-changed' })
  })

  test('may not disappear', async () => {
    await rm(join(directory, '001-note.sql'))
    await expect(up()).rejects.toMatchObject({ code: 'applied-file-missing' })
  })
})
