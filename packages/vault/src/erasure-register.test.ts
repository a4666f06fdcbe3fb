import { randomUUID } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileRegister, memoryRegister } from './erasure-register.ts'
import { newOwner } from './story.fixture.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'register-'))
  path = join(directory, 'keys', 'erased')
})
afterEach(() => rm(directory, { recursive: true }))

describe.each([
  ['in a file', () => fileRegister({ path })],
  ['in memory', () => memoryRegister()],
])('a register of who was erased, %s', (_where, open) => {
  test('is empty at first, and gives each owner once, with all pseudonyms', async () => {
    const register = open()
    expect(await register.read()).toEqual([])
    const [one, other] = [newOwner(), newOwner()]
    const [first, second] = [randomUUID(), randomUUID()]
    await register.add({ ...one, pseudonyms: [] })
    await register.add({ ...other, pseudonyms: [first] })
    await register.add({ ...one, pseudonyms: [first] })
    await register.add({ ...one, pseudonyms: [second] })
    expect(await register.read()).toEqual([
      { ...one, pseudonyms: [first, second] },
      { ...other, pseudonyms: [first] },
    ])
  })
})

describe('a register in a file', () => {
  test('stands for another process at once, for its owner alone, and repeats nothing', async () => {
    const erased = { ...newOwner(), pseudonyms: [randomUUID()] }
    await fileRegister({ path }).add(erased)
    await fileRegister({ path }).add(erased)
    await fileRegister({ path }).add({ ...erased, pseudonyms: [] })
    expect(await fileRegister({ path }).read()).toEqual([erased])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('keeps all that many add at once', async () => {
    const register = fileRegister({ path })
    const all = Array.from({ length: 20 }, () => ({ ...newOwner(), pseudonyms: [] }))
    await Promise.all(
      all.map((one, index) => (index % 2 ? register : fileRegister({ path })).add(one)),
    )
    const key = (one: { party: string }) => one.party
    expect((await register.read()).map(key).sort()).toEqual(all.map(key).sort())
  })

  test('does not count a line that a crash cut off, and writes on after it', async () => {
    const [one, other] = [1, 2].map(() => ({ ...newOwner(), pseudonyms: [] }))
    const register = fileRegister({ path })
    await register.add(one as never)
    await appendFile(path, JSON.stringify(other).slice(0, 50))
    expect(await register.read()).toEqual([one])
    await register.add(other as never)
    expect(await register.read()).toEqual([one, other])
  })

  test('two that come upon a torn line at once: neither cuts off what the other wrote', async () => {
    await fileRegister({ path }).add({ ...newOwner(), pseudonyms: [] })
    for (let round = 0; round < 10; round += 1) {
      await appendFile(path, '{"dossier":"0f')
      const before = (await fileRegister({ path }).read()).length
      const all = Array.from({ length: 8 }, () => ({ ...newOwner(), pseudonyms: [] }))
      await Promise.all(all.map((one) => fileRegister({ path }).add(one)))
      expect(await fileRegister({ path }).read()).toHaveLength(before + 8)
    }
  })

  test('keeps which epochs end when, the later date of all of them', async () => {
    const erased = { ...newOwner(), pseudonyms: [] }
    const [soon, late] = ['2024-06-01T00:00:00.000Z', '2024-07-01T00:00:00.000Z']
    await fileRegister({ path }).add({ ...erased, ending: { epochs: ['a', 'b'], dueAt: late } })
    await fileRegister({ path }).add({ ...erased, ending: { epochs: ['c'], dueAt: soon } })
    await fileRegister({ path }).add(erased)
    const ending = { epochs: ['a', 'b', 'c'], dueAt: late }
    expect(await fileRegister({ path }).read()).toEqual([{ ...erased, ending }])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3)
  })

  test.each([
    '{}',
    'x',
    '{"dossier":"}',
    JSON.stringify({ ...newOwner(), pseudonyms: [], more: 1 }),
  ])('is refused when a whole line is %j: somebody may be missing', async (line) => {
    const register = fileRegister({ path })
    await register.add({ ...newOwner(), pseudonyms: [] })
    await writeFile(path, `${line}\n`, { flag: 'a' })
    await expect(register.read()).rejects.toMatchObject({ code: 'tampered' })
    const added = register.add({ ...newOwner(), pseudonyms: [] })
    await expect(added).rejects.toMatchObject({ code: 'tampered' })
  })

  test('says unavailable when it cannot be written, and then nothing was added', async () => {
    await writeFile(join(directory, 'keys'), 'not a folder')
    const added = fileRegister({ path }).add({ ...newOwner(), pseudonyms: [] })
    await expect(added).rejects.toMatchObject({ code: 'unavailable' })
  })
})
