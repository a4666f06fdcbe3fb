import { chmod, copyFile, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNote, signNote, verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileSigningKeys, passingSigningKeys, type SigningKeys } from './signing-keys.ts'

const origin = 'ledger.test/log'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-signing-'))
})
afterEach(() => rm(directory, { recursive: true }))

const vkeys = async (keys: SigningKeys, of = origin) =>
  (await keys.signers('log', of)).map(({ vkey }) => vkey)
const kept = async (keys: SigningKeys) =>
  (await keys.publicKeys('log')).map((key) => vkeyOf(origin, key))

describe.each([
  ['in files', () => fileSigningKeys({ directory })],
  ['that end with the process', () => passingSigningKeys()],
])('signing keys %s', (_name, open) => {
  test('are one for each purpose, the same at every asking, under any name', async () => {
    const keys = open()
    const [log] = await vkeys(keys)
    expect(await vkeys(keys)).toEqual([log])
    expect(await kept(keys)).toEqual([log])
    const [hearing] = await keys.signers('hearing', `${origin}/hearing/1`)
    expect(hearing?.name).toBe(`${origin}/hearing/1`)
    expect(await keys.publicKeys('hearing')).not.toEqual(await keys.publicKeys('log'))
    const signers = await keys.signers('log', origin)
    const note = await signNote('text\n', signers)
    expect(openNote(note, [verifierOf(log ?? '')]).text).toBe('text\n')
  })

  test('are exchanged with an overlap, and the public half of a dropped one stays', async () => {
    const keys = open()
    const [first] = await vkeys(keys)
    await keys.rotate('log')
    const [second, ...others] = await vkeys(keys)
    expect(others).toEqual([first])
    expect(second).not.toBe(first)
    expect(await kept(keys)).toEqual([second, first])
    await keys.dropOld('log')
    await keys.dropOld('log')
    expect(await vkeys(keys)).toEqual([second])
    expect(await kept(keys)).toEqual([second, first])
    await keys.rotate('log')
    expect((await vkeys(keys)).slice(1)).toEqual([second])
    await keys.dropOld('log')
    expect((await kept(keys)).slice(1)).toEqual([second, first])
    expect(await kept(keys)).toHaveLength(3)
  })

  test('are exchanged once for one newest key, asked twice at once', async () => {
    const [one, other] = [open(), open()]
    const [newest] = await one.publicKeys('log')
    await Promise.all([one.rotate('log', newest), one.rotate('log', newest)])
    await one.rotate('log', newest)
    expect(await kept(one)).toHaveLength(2)
    await Promise.all([one.dropOld('log'), one.dropOld('log')])
    await other.dropOld('log')
    expect(await kept(one)).toHaveLength(2)
    expect(await vkeys(one)).toHaveLength(1)
  })

  test('can be exchanged before they were ever asked for', async () => {
    const keys = open()
    await keys.rotate('access-log')
    expect(await keys.publicKeys('access-log')).toHaveLength(2)
  })
})

describe('signing keys in files', () => {
  test('are the same for every process, also when both ask first', async () => {
    const all = await Promise.all([1, 2, 3].map(() => vkeys(fileSigningKeys({ directory }))))
    expect(new Set(all.flat()).size).toBe(1)
  })

  test('of which others may read one are not used', async () => {
    const keys = fileSigningKeys({ directory })
    await vkeys(keys)
    const path = join(directory, 'log', '1.seed')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await chmod(path, 0o644)
    await expect(vkeys(keys)).rejects.toMatchObject({ code: 'key-missing' })
  })

  test('have no secret left once they were dropped', async () => {
    const keys = fileSigningKeys({ directory })
    await keys.rotate('log')
    await keys.dropOld('log')
    expect((await readdir(join(directory, 'log'))).sort()).toEqual(['1.public', '2.seed'])
  })

  test('of which a crash left the secret beside the public half count as dropped', async () => {
    const keys = fileSigningKeys({ directory })
    await keys.rotate('log')
    const [second, first] = await vkeys(keys)
    const secret = join(directory, 'log', '1.seed')
    await copyFile(secret, `${secret}.kept`)
    await keys.dropOld('log')
    await rename(`${secret}.kept`, secret)
    expect(await vkeys(keys)).toEqual([second])
    expect(await kept(keys)).toEqual([second, first])
    await keys.dropOld('log')
    expect((await readdir(join(directory, 'log'))).sort()).toEqual(['1.public', '2.seed'])
  })
})
