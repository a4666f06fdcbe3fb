/** Two verifiers that share no code reach the same verdict, on the very files a stranger would get. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { trust } from '@wederhoor/audit/bundle/history.fixture'
import { goodBundles, specimens } from '@wederhoor/audit/bundle/specimens.fixture'
import { TAR_END, tarHeader } from '@wederhoor/audit/bundle/tar-format'
import { GO_BUILD_TIMEOUT_MS, goSuite } from '@wederhoor/means/go-suite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  makeSparse,
  ourVerdict,
  placeBytes,
  placeFolder,
  placeTar,
  theirVerdict,
} from './both.fixture.ts'
import { mutations } from './mutation.fixture.ts'
import { type GoVerifier, goVerifier } from './verifier.fixture.ts'

const all = await specimens()
const good = await goodBundles()
const EXIT = { ok: 0, 'not-ok': 1, broken: 2 } as const

/** What POSIX calls a symbolic link. */
function linkHeader(path: string): Uint8Array {
  const header = Buffer.from(tarHeader(path, 0))
  header.write('2', 156, 'ascii')
  header.write('/etc/passwd', 157, 'ascii')
  header.write('        ', 148, 'ascii')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  return header
}

const put = async (folder: string, path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), bytes)
}

const putLink = async (folder: string, path: string, target: string): Promise<void> => {
  await rm(join(folder, path), { recursive: true, force: true })
  await symlink(target, join(folder, path))
}

goSuite('the verifier in Go beside our own', () => {
  let go: GoVerifier

  beforeAll(async () => {
    go = await goVerifier()
  }, GO_BUILD_TIMEOUT_MS)
  afterAll(() => go.remove())

  describe('on good bundles and on forgeries', () => {
    test.each(all.map((one) => [one.name, one] as const))('agrees: %s', async (_name, specimen) => {
      const placed = await placeFolder(go.place, specimen)
      const ours = await ourVerdict(placed)
      const theirs = await theirVerdict(go, placed)
      expect(theirs).toMatchObject({ exitCode: EXIT[specimen.verdict] })
      if (specimen.verdict === 'ok') expect(theirs.answer).toEqual(ours)
      if (specimen.verdict !== 'not-ok' || specimen.position === undefined) return
      expect(ours).toMatchObject({ position: specimen.position })
      expect(theirs.answer).toMatchObject({
        ok: false,
        position: specimen.position,
        leafIndex: specimen.position === null ? null : specimen.position - 1,
        reason: expect.any(String),
      })
    })

    test.each(['ledger', 'auditor', 'party', 'otherParty'] as const)(
      'agrees on the tar of the %s bundle',
      async (kind) => {
        const placed = await placeTar(go.place, { files: good[kind], trust })
        const theirs = await theirVerdict(go, placed)
        expect(theirs).toMatchObject({ exitCode: 0, answer: { ok: true, trust: 'given' } })
        expect(theirs.answer).toEqual(await ourVerdict(placed))
      },
    )

    test('says so when only the bundle vouches for its keys', async () => {
      const { bundle } = await placeFolder(go.place, { files: good.party, trust })
      expect(await go.run(bundle)).toMatchObject({ exitCode: 0, answer: { trust: 'bundle' } })
    })
  })

  describe('on a bundle with some bytes, lines or files changed', () => {
    test('agrees whether it verifies, and on what it then says', { timeout: 120_000 }, async () => {
      const { ledger, auditor, party } = good
      let accepted = 0
      for (const { what, changed } of mutations({ ledger, auditor, party }, 150)) {
        const placed = await placeTar(go.place, { files: changed, trust })
        const ours = await ourVerdict(placed)
        const theirs = await theirVerdict(go, placed)
        expect({ what, ok: theirs.answer['ok'] }).toEqual({ what, ok: ours?.ok === true })
        if (ours?.ok !== true) continue
        expect(theirs.answer).toEqual(ours)
        accepted += 1
      }
      // A few change nothing that is proved. Were there none, or many, agreeing would say little.
      expect(accepted).toBeGreaterThan(0)
      expect(accepted).toBeLessThan(40)
    })
  })

  describe('on hostile files', () => {
    test.each([
      ['a link among the entries', (folder: string) => putLink(folder, 'entries/1', '/dev/zero')],
      ['a link in the place of a folder', (folder: string) => putLink(folder, 'schemas', '/')],
      ['an entry over 64 KiB', (folder: string) => put(folder, 'entries/1', Buffer.alloc(65_536))],
      [
        'an entry that announces 10 GB',
        (folder: string) => makeSparse(join(folder, 'entries/1'), 1e10),
      ],
      ['a name that no bundle has', (folder: string) => put(folder, 'log/a b', Buffer.alloc(1))],
    ])('both refuse a folder with %s', async (_name, spoil) => {
      const placed = await placeFolder(go.place, { files: good.auditor, trust })
      await spoil(placed.bundle)
      expect(await ourVerdict(placed)).toBeUndefined()
      expect(await theirVerdict(go, placed)).toMatchObject({
        exitCode: 2,
        answer: { ok: false, error: expect.any(String) },
      })
    })

    test.each([
      ['a link', [linkHeader('entries/1'), TAR_END]],
      ['a path that leads out of it', [tarHeader('../../etc/passwd', 0), TAR_END]],
      ['an absolute path', [tarHeader('/etc/passwd', 0), TAR_END]],
      ['8 GB that are not there', [tarHeader('entries/1', 8 ** 11 - 1), TAR_END]],
      ['nothing in it', [TAR_END]],
      ['no end', [tarHeader('README.md', 0)]],
    ])('both refuse a tar with %s', async (_name, parts) => {
      const placed = await placeBytes(go.place, Buffer.concat(parts), { trust })
      expect(await ourVerdict(placed)).toBeUndefined()
      expect(await theirVerdict(go, placed)).toMatchObject({ exitCode: 2 })
    })
  })
})
