import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ErasureWorld, erase, processIn, startIn } from './erasure-world.fixture.ts'
import { bytesOf, MEBIBYTE, nameFile, openBytes, sealBytes } from './files.fixture.ts'
import { sweepOrphans } from './orphans.ts'
import { byteFindings, dumpOf } from './planted-search.ts'
import { migratedDatabase, worldIn } from './postgres-world.fixture.ts'
import { newOwner, PLANTED_NAME, PLANTED_SENTENCE, requestFor } from './story.fixture.ts'

describe('files in a database', () => {
  let database: TestDatabase
  let world: ErasureWorld
  beforeEach(async () => {
    database = await migratedDatabase()
    world = worldIn(database.pool)
  })
  afterEach(() => database.drop())

  const count = async (table: string) =>
    (await database.pool.query(`select from vault.${table}`)).rowCount

  test('25 MiB come and go with a few mebibytes in memory', async () => {
    const { vault } = processIn(world)
    const owner = newOwner()
    let peak = 0
    const before = arrayBytes()
    let parts = 0
    const watch = () => {
      parts += 1
      if (parts % 16 > 0) return
      peak = Math.max(peak, arrayBytes() - before)
    }
    function* watched() {
      for (const bytes of bytesOf(25 * MEBIBYTE)) {
        watch()
        yield bytes
      }
    }
    const sealed = await sealBytes(vault, owner, watched())
    const opened = await vault.openFile({ ...requestFor(owner), sealed })
    if (opened.kind !== 'opened') throw new Error(opened.kind)
    const expected = bytesOf(25 * MEBIBYTE)
    let size = 0
    for await (const bytes of opened.bytes) {
      watch()
      size += bytes.length
      for (let from = 0; from < bytes.length; from += 65_536) {
        const part = expected.next().value ?? new Uint8Array()
        expect(Buffer.compare(bytes.subarray(from, from + 65_536), part)).toBe(0)
      }
    }
    expect(size).toBe(25 * MEBIBYTE)
    expect(await count('file_chunk')).toBe(25)
    expect(peak).toBeLessThan(8 * MEBIBYTE)
  })

  test('have no row that holds what was planted in them or in their name, before and after an erasure', async () => {
    const { vault, steps } = processIn(world)
    const owner = newOwner()
    const planted = [PLANTED_NAME, PLANTED_SENTENCE]
    const bytes = Buffer.from(planted.join('\n'))
    const sealed = await sealBytes(vault, owner, [bytes], `${PLANTED_NAME}.jpg`)
    await nameFile(world.store, owner, sealed)
    expect(await openBytes(vault, owner, sealed)).toEqual(bytes)
    expect(byteFindings(planted, await dumpOf(database.pool))).toEqual([])
    const { scan } = await erase(world, { steps }, owner)
    expect(scan.places).toEqual([])
    expect([await count('file'), await count('file_chunk')]).toEqual([0, 0])
    expect(await openBytes(vault, owner, sealed)).toBe('erased')
    const late = sealBytes(vault, owner, [bytes])
    await expect(late).rejects.toMatchObject({ code: 'erased' })
  })

  test('fence while a file comes in: the rest is refused, though nothing was deleted yet', async () => {
    const { vault, steps } = processIn(world)
    const owner = newOwner()
    async function* fencedHalfway() {
      yield* bytesOf(2 * MEBIBYTE)
      await steps.raiseFence(owner)
      yield* bytesOf(10)
    }
    const cut = sealBytes(vault, owner, fencedHalfway())
    await expect(cut).rejects.toMatchObject({ code: 'erased' })
    expect(await count('file_chunk')).toBe(1)
  })

  test('fence at the end of a file: it belongs to no commitment', async () => {
    const { vault, steps } = processIn(world)
    const owner = newOwner()
    async function* fencedHalfway() {
      yield* bytesOf(2 * MEBIBYTE)
      await steps.raiseFence(owner)
      yield* bytesOf(0)
    }
    const cut = sealBytes(vault, owner, fencedHalfway())
    await expect(cut).rejects.toMatchObject({ code: 'erased' })
    const { rows } = await database.pool.query('select digest from vault.file')
    expect(rows).toEqual([{ digest: null }])
  })

  test('a scan says that rows of files are left', async () => {
    const { vault, steps } = processIn(world)
    const owner = newOwner()
    await sealBytes(vault, owner, bytesOf(10))
    await steps.raiseFence(owner)
    expect((await steps.scan(owner)).places).toContain('vault.file: 1')
  })

  test.each([
    [
      'chunks reordered',
      `update vault.file_chunk as to_row
       set nonce = from_row.nonce, ciphertext = from_row.ciphertext
       from vault.file_chunk as from_row
       where to_row.file = from_row.file and to_row.file = $1 and to_row.index + from_row.index = 1`,
    ],
    [
      'chunks swapped between two files of one owner',
      `update vault.file_chunk as to_row
       set nonce = from_row.nonce, ciphertext = from_row.ciphertext
       from vault.file_chunk as from_row
       where to_row.file = $1 and from_row.file <> $1 and to_row.index = from_row.index`,
    ],
    [
      'the end cut off, and the number of chunks with it',
      'with cut as (update vault.file set chunks = 2 where id = $1) delete from vault.file_chunk where file = $1 and index = 2',
    ],
    ['a chunk taken out', 'delete from vault.file_chunk where file = $1 and index = 1'],
    [
      'a bit flipped',
      'update vault.file_chunk set ciphertext = set_bit(ciphertext, 77, 1 - get_bit(ciphertext, 77)) where file = $1 and index = 2',
    ],
    [
      'said to be under another key',
      `update vault.file set key_id = '${newOwner().party}' where id = $1`,
    ],
  ])('attack: %s', async (_attack, sql) => {
    const { vault } = processIn(world)
    const owner = newOwner()
    const sealed = await sealBytes(vault, owner, bytesOf(2 * MEBIBYTE + 10))
    await sealBytes(vault, owner, bytesOf(2 * MEBIBYTE + 10))
    const { rows } = await database.pool.query<{ id: string }>(
      'select id from vault.file where digest = $1',
      [Buffer.from(sealed.sealed, 'base64url')],
    )
    expect(await openBytes(vault, owner, sealed)).toHaveLength(2 * MEBIBYTE + 10)
    await database.pool.query(sql, [rows[0]?.id])
    await expect(openBytes(vault, owner, sealed)).rejects.toMatchObject({ code: 'tampered' })
  })

  test('attack: the file of another commitment is put in the place of this one', async () => {
    const { vault } = processIn(world)
    const owner = newOwner()
    const [one, other] = [
      await sealBytes(vault, owner, bytesOf(10)),
      await sealBytes(vault, owner, bytesOf(12)),
    ]
    const bytes = ({ sealed }: { sealed: string }) => Buffer.from(sealed, 'base64url')
    const { pool } = database
    await pool.query('delete from vault.file where digest = $1', [bytes(one)])
    await pool.query('update vault.file set digest = $1 where digest = $2', [
      bytes(one),
      bytes(other),
    ])
    expect(await openBytes(vault, owner, one)).toBe('lost')
  })

  test('a sweep takes files that no entry names and those never finished, and keeps the others', async () => {
    const { vault } = processIn(world)
    const owner = newOwner()
    const named = await sealBytes(vault, owner, bytesOf(10))
    await nameFile(world.store, owner, named)
    await sealBytes(vault, owner, bytesOf(10))
    function* broken() {
      yield* bytesOf(2 * MEBIBYTE)
      throw new Error('the connection broke')
    }
    await expect(sealBytes(vault, owner, broken())).rejects.toThrow('broke')
    expect(await count('file')).toBe(3)
    const { pool } = database
    const { store } = world
    expect(await sweepOrphans({ pool, store, olderThanMs: 0 })).toEqual({ swept: 2 })
    expect(await count('file')).toBe(1)
    expect(await openBytes(vault, owner, named)).toHaveLength(10)
  })

  test('restored backup: rows of files that came back are erased again at the start', async () => {
    const { vault, steps } = processIn(world)
    const owner = newOwner()
    const { pool } = database
    const sealed = await sealBytes(vault, owner, bytesOf(MEBIBYTE + 1))
    await nameFile(world.store, owner, sealed)
    await pool.query(`create table kept_file as table vault.file;
      create table kept_chunk as table vault.file_chunk`)
    await erase(world, { steps }, owner)
    await pool.query(`insert into vault.file select * from kept_file;
      insert into vault.file_chunk select * from kept_chunk`)
    const started = await startIn(world)
    expect(await count('file_chunk')).toBe(0)
    expect((await started.steps.scan(owner)).places).toEqual([])
    expect(await openBytes(started.vault, owner, sealed)).toBe('erased')
  })
})

/** What is held, not what has not been collected yet. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const arrayBytes = (): number => {
  // The first lets go of what the second counts as free.
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}
