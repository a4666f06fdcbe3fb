import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileGuard } from './file-guard.ts'
import { signingGuardConformance } from './signing-guard-conformance.ts'
import { emptyRoot } from './tree.ts'
import { versionedFile } from './versioned-file.ts'

const folder = () => mkdtemp(join(tmpdir(), 'wederhoor-guard-'))

signingGuardConformance('files', async () => {
  const directory = await folder()
  return {
    open: () => fileGuard({ directory: join(directory, 'guard'), name: 'case_history' }),
    close: () => rm(directory, { recursive: true }),
  }
})

let directory: string
beforeEach(async () => {
  directory = await folder()
})
afterEach(() => rm(directory, { recursive: true }))

const tree = (size: number) => ({ epoch: 1, origin: 'ledger.test/log', size, root: emptyRoot() })

describe('a guard in files', () => {
  test('is one small file, and those of two ledgers share a folder', async () => {
    const [one, other] = ['one', 'other'].map((name) => fileGuard({ directory, name }))
    await one?.compareAndSet(undefined, tree(1))
    await one?.compareAndSet(tree(1), tree(2))
    await other?.compareAndSet(undefined, tree(9))
    expect((await readdir(directory)).sort()).toEqual(['one.2', 'other.1'])
    expect(await one?.read()).toMatchObject({ size: 2 })
    const text = await readFile(join(directory, 'one.2'), 'utf8')
    expect(text.split('\n').slice(0, 3)).toEqual(['1', 'ledger.test/log', '2'])
  })

  test.each([
    ['empty', () => ''],
    ['cut', (text: string) => text.slice(0, -10)],
    ['with another size', (text: string) => text.replace('\n2\n', '\n1\n')],
    ['with a line more', (text: string) => `${text}\n`],
    ['with one bit flipped', (text: string) => text.replace('ledger', 'leeger')],
  ])('that is %s is corrupt, and no older one takes its place', async (_name, broken) => {
    const guard = fileGuard({ directory, name: 'one' })
    await guard.compareAndSet(undefined, tree(1))
    const path = join(directory, 'one.1')
    const older = await readFile(path, 'utf8')
    await guard.compareAndSet(tree(1), tree(2))
    const now = await readFile(join(directory, 'one.2'), 'utf8')
    await writeFile(path, older)
    await writeFile(join(directory, 'one.2'), broken(now))
    await expect(guard.read()).rejects.toMatchObject({ code: 'corrupt' })
    await expect(guard.compareAndSet(tree(2), tree(3))).rejects.toMatchObject({ code: 'corrupt' })
  })

  test('that cannot be reached says so', async () => {
    await writeFile(join(directory, 'file'), '')
    const guard = fileGuard({ directory: join(directory, 'file'), name: 'one' })
    await expect(guard.read()).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('a value in versions', () => {
  test('refuses whoever read a version that was replaced since, however long ago', async () => {
    const late = versionedFile(directory, 'value')
    const { number } = await late.read()
    const quick = versionedFile(directory, 'value')
    for (const text of ['a', 'b', 'c']) await quick.replace((await quick.read()).number, text)
    expect(await late.replace(number, 'late')).toBe(false)
    expect(await late.replace(1, 'late')).toBe(false)
    expect(await late.read()).toEqual({ number: 3, text: 'c' })
    expect(await readdir(directory)).toEqual(['value.3'])
  })

  test('passes over what a crash left behind', async () => {
    const file = versionedFile(directory, 'value')
    await file.replace(0, 'a')
    await writeFile(join(directory, '.value.abcdef'), 'half')
    await file.replace(1, 'b')
    await writeFile(join(directory, 'value.1'), 'a')
    expect(await file.read()).toEqual({ number: 2, text: 'b' })
    expect(await file.replace(2, 'c')).toBe(true)
    expect((await readdir(directory)).sort()).toEqual(['.value.abcdef', 'value.3'])
  })
})
