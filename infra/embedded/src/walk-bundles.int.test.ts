/** What somebody takes home from a walk, and checks there, all of it as processes of their own, as a user runs them. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChildRun, runCommand } from './child-run.ts'

const AUDIT = '../../../services/audit/src/cli.ts'
const ofDossier = ['auditor', 'auditor-with-content', 'melder', 'wederpartij'] as const
const kinds = [...ofDossier, 'ledger', 'ledger.tar', 'access-log'] as const

interface Walked {
  readonly dossier: string
  readonly entries: number
  readonly databaseUrl: string
  readonly dataDirectory: string
}

let directory: string
let out: string
let kept: ChildRun
let walked: Walked

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wederhoor-bundles-'))
  out = join(directory, 'out')
  kept = runCommand('walk-cli.ts', ['--json', '--keep', '--bundle', out])
  const [line] = await kept.said(/^\{"ok":true.*"logKey":"[^"]+"\}$/m)
  walked = JSON.parse(line) as Walked
})

afterAll(async () => {
  kept.signal('SIGINT')
  await kept.ended
  await rm(directory, { recursive: true, force: true })
})

/** The last line of the command's output, how it ended, and what it said besides. */
async function audit(...args: readonly string[]) {
  const run = runCommand(AUDIT, [...args, '--json'])
  const { code } = await run.ended
  const last = run.output().trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`ended with ${code} and no answer: ${run.errors()}`)
  return { code, errors: run.errors(), answer: JSON.parse(last) as Record<string, unknown> }
}

const trusted = () => ['--trust', join(out, 'trust')]
const verify = (bundle: string, ...more: readonly string[]) =>
  audit('verify', bundle, ...trusted(), ...more)

/** From the instance that is still running. */
const exported = (to: string, ...args: readonly string[]) =>
  audit(
    ...['export', ...args, '--out', to],
    ...['--database-url', walked.databaseUrl, '--data-directory', walked.dataDirectory],
  )

const optionsOf = (kind: (typeof ofDossier)[number]): readonly string[] =>
  kind === 'auditor-with-content'
    ? ['--dossier', walked.dossier, '--for', 'auditor', '--with-content', '--purpose', 'toezicht']
    : ['--dossier', walked.dossier, '--for', kind]

/** Two at a time: a machine has as many cores at least. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>) {
  const left = [...items]
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([next(), next()])
}

/** Path → bytes. */
async function bytesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const read = files.map(
    async (file) => [relative(folder, file), (await readFile(file)).toString('base64')] as const,
  )
  return Object.fromEntries(await Promise.all(read))
}

const number = expect.any(Number)
const verdict = {
  ok: true,
  trust: 'given',
  size: number,
  root: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  independentWitnesses: 0,
  checked: { entries: number, disclosures: number, hearings: number },
}

describe('what somebody takes home from a walk', () => {
  test('verifies in every kind, from before and from after the erasure, under the keys of the running system', async () => {
    const disclosed: Record<string, unknown> = {}
    const bundles = ['before', 'after'].flatMap((moment) => kinds.map((kind) => [moment, kind]))
    await eachOf(bundles, async ([moment = '', kind = '']) => {
      const { code, errors, answer } = await verify(join(out, moment, kind))
      expect([code, errors, answer], `${moment}/${kind}`).toEqual([0, '', verdict])
      const { size, checked } = answer as { size: number; checked: Record<string, number> }
      if (kind.startsWith('ledger')) expect(checked['entries']).toBe(size)
      if (kind === 'ledger' && moment === 'after') expect(size).toBe(walked.entries)
      if (kind === 'ledger' || kind === 'melder') expect(checked['hearings']).toBe(1)
      disclosed[`${moment}/${kind}`] = checked['disclosures']
    })
    // What the erased person wrote opens for nobody any more; the other party's words stay.
    for (const kind of ['auditor-with-content', 'melder', 'wederpartij'])
      expect(disclosed[`after/${kind}`], kind).toBeLessThan(Number(disclosed[`before/${kind}`]))
    expect(disclosed['after/wederpartij']).toBeGreaterThan(0)
    expect(disclosed['after/auditor']).toBe(0)
  })

  test('has the same bytes when it is exported again, and verifies as a tar too', async () => {
    const since = ['--since', join(out, 'before/ledger/log/checkpoint')]
    await eachOf(['melder', 'auditor-with-content'] as const, async (kind) => {
      const again = join(directory, 'again', kind)
      const { code, errors, answer } = await exported(again, ...optionsOf(kind), ...since)
      expect([code, errors, answer['ok']], kind).toEqual([0, '', true])
      expect(await bytesIn(again), kind).toEqual(await bytesIn(join(out, 'after', kind)))
    })
    await eachOf(ofDossier, async (kind) => {
      const tar = join(directory, `${kind}.tar`)
      await exported(tar, ...optionsOf(kind))
      expect(await verify(tar), kind).toEqual({ code: 0, errors: '', answer: verdict })
    })
    await exported(join(directory, 'ledger.tar'), '--ledger', ...since)
    expect(await readFile(join(directory, 'ledger.tar'))).toEqual(
      await readFile(join(out, 'after/ledger.tar')),
    )
    const access = join(directory, 'access.tar')
    await exported(access, '--ledger', '--log', 'access')
    expect(await verify(access)).toMatchObject({ code: 0, answer: verdict })
  })

  test('of after is proved to continue the checkpoint that was taken home before, and not the other way round', async () => {
    await eachOf(['melder', 'wederpartij', 'auditor'], async (kind) => {
      const [before, after] = [
        await checkpointIn(join(out, 'before', kind)),
        await checkpointIn(join(out, 'after', kind)),
      ]
      const known = join(directory, `${kind}.before.checkpoint`)
      await writeFile(known, before)
      const forwards = await verify(join(out, 'after', kind), '--since', known)
      expect([forwards.code, forwards.answer], kind).toEqual([0, verdict])
      await writeFile(join(directory, `${kind}.after.checkpoint`), after)
      const later = ['--since', join(directory, `${kind}.after.checkpoint`)]
      const backwards = await verify(join(out, 'before', kind), ...later)
      expect(backwards, kind).toMatchObject({ code: 1, answer: { ok: false, position: null } })
    })
  })

  test('names the entry of which one byte was changed, and exits with 1 and no stack trace', async () => {
    await eachOf(ofDossier, async (kind) => {
      const copy = join(directory, 'changed', kind)
      await cp(join(out, 'after', kind), copy, { recursive: true })
      const leaves = (await readdir(join(copy, 'entries'))).map(Number).sort((a, b) => a - b)
      const leaf = leaves[Math.floor(leaves.length / 2)] ?? 0
      const path = join(copy, 'entries', String(leaf))
      const bytes = await readFile(path)
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      await writeFile(path, bytes)
      const { code, errors, answer } = await verify(copy)
      expect([code, errors], kind).toEqual([1, ''])
      const reason = expect.stringMatching(/\S/)
      expect(answer).toEqual({ ok: false, position: leaf + 1, leafIndex: leaf, reason })
    })
  })
})

/** The ledger's checkpoint that every proof of a dossier's bundle carries. */
async function checkpointIn(bundle: string): Promise<string> {
  const [proof = ''] = await readdir(join(bundle, 'proofs'))
  const text = await readFile(join(bundle, 'proofs', proof), 'utf8')
  return text.slice(text.indexOf('\n\n') + 2)
}
