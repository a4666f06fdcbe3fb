import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { START } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dossier, elsewhere } from './builders.ts'
import { hearing, otherHearing, parties } from './bundle/history.fixture.ts'
import { cliRequest } from './cli-arguments.ts'
import { exportAnswer } from './cli-export.ts'
import { verifyAnswer } from './cli-verify.ts'
import { openInstance, texts } from './instance.fixture.ts'

let instance: Awaited<ReturnType<typeof openInstance>>

beforeAll(async () => {
  instance = await openInstance()
})

afterAll(() => instance.close())

const at = (name: string): string => join(instance.directory, name)
const place = () => [
  '--database-url',
  instance.database.url,
  '--data-directory',
  instance.directory,
]

/** In this process, as the command line would. */
async function exported(...args: readonly string[]) {
  const request = cliRequest(['export', '--json', ...args, ...place()])
  if (request.kind !== 'export') throw new Error(JSON.stringify(request))
  return JSON.parse(await exportAnswer(request)) as Record<string, unknown>
}

async function verified(...args: readonly string[]) {
  const request = cliRequest(['verify', '--json', '--trust', instance.trustFile, ...args])
  if (request.kind !== 'verify') throw new Error(JSON.stringify(request))
  return JSON.parse((await verifyAnswer(request)).text) as unknown
}

/** A process of its own, as `npm run audit` starts it. */
async function audit(...args: readonly string[]) {
  const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
  const child = spawn(process.execPath, [cli, ...args], { env: { PATH: '/usr/bin:/bin' } })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const [code] = await once(child, 'close')
  const text = Buffer.concat(out).toString('utf8')
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  return { code, out: text, err: Buffer.concat(err).toString('utf8'), last }
}

/** Path → bytes of a folder. */
async function bytesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const found = await readdir(at(folder), { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const read = files
    .sort()
    .map(async (file) => [
      file.slice(at(folder).length + 1),
      (await readFile(file)).toString('base64'),
    ])
  return Object.fromEntries(await Promise.all(read))
}

const textsIn = async (folder: string): Promise<readonly string[]> =>
  (await readFile(at(`${folder}/disclosures.jsonl`), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(JSON.parse(line).disclosure, 'base64url').toString('utf8'))
    .map((disclosure) => JSON.parse(disclosure)[2])

async function openings() {
  const entries = await instance.access.readAll(START, 1_000)
  return entries
    .map(({ bytes }) => decodeEntry(bytes))
    .filter(({ type }) => type === 'ContentOpened')
}

describe('a ledger', () => {
  test('is exported with the same bytes twice, as a folder and as a tar, and verifies', async () => {
    for (const name of ['one', 'two', 'one.tar', 'two.tar'])
      expect(await exported('--ledger', '--out', at(name))).toMatchObject({ ok: true, entries: 10 })
    expect(await bytesIn('one')).toEqual(await bytesIn('two'))
    expect(await readFile(at('one.tar'))).toEqual(await readFile(at('two.tar')))
    const verdict = {
      ok: true,
      trust: 'given',
      size: 10,
      independentWitnesses: 0,
      checked: { entries: 10, disclosures: 0, hearings: 1 },
    }
    expect(await verified(at('one'))).toMatchObject(verdict)
    expect(await verified(at('one.tar'))).toEqual(await verified(at('one')))
  })

  test('is not written over anything', async () => {
    await mkdir(at('full'))
    await writeFile(at('full/mine'), 'mine')
    await writeFile(at('mine.tar'), 'mine')
    for (const out of ['full', 'mine.tar'])
      await expect(exported('--ledger', '--out', at(out))).rejects.toMatchObject({
        code: 'not-empty',
      })
    expect(await readFile(at('mine.tar'), 'utf8')).toBe('mine')
    await mkdir(at('empty'))
    expect(await exported('--ledger', '--out', at('empty'))).toMatchObject({ ok: true })
    expect((await readdir(instance.directory)).filter((name) => name.endsWith('.partial'))).toEqual(
      [],
    )
  })

  test('verifies where it stands, with keys from elsewhere or its own', async () => {
    expect(await verified('--ledger', ...place())).toMatchObject({
      ok: true,
      trust: 'given',
      size: 10,
    })
    const { code, last } = await audit('verify', '--ledger', '--json', ...place())
    expect(code).toBe(0)
    expect(JSON.parse(last)).toMatchObject({ ok: true, trust: 'bundle', checked: { hearings: 1 } })
  })
})

describe('a dossier', () => {
  test('goes to the auditor without its texts, and opens nothing', async () => {
    const before = await openings()
    await exported('--dossier', dossier, '--for', 'auditor', '--out', at('auditor'))
    expect(await verified(at('auditor'))).toMatchObject({
      ok: true,
      checked: { entries: 9, disclosures: 0, hearings: 1 },
    })
    expect(await openings()).toEqual(before)
  })

  test('goes to the auditor with its texts under a purpose, which the access log keeps', async () => {
    const before = (await openings()).length
    const args = [
      '--dossier',
      dossier,
      '--for',
      'auditor',
      '--with-content',
      '--purpose',
      'toezicht',
    ]
    await exported(...args, '--out', at('opened'))
    await exported(...args, '--out', at('opened-again'))
    expect(await textsIn('opened')).toEqual(Object.values(texts))
    expect(await bytesIn('opened')).toEqual(await bytesIn('opened-again'))
    expect(await verified(at('opened'))).toMatchObject({ ok: true, checked: { disclosures: 3 } })
    const logged = (await openings()).slice(before)
    expect(logged).toHaveLength(2)
    expect(logged[0]).toMatchObject({
      dossier,
      actor: { role: 'auditor' },
      data: { purpose: 'toezicht', screen: 'audit-export', paths: Array(3).fill('/content') },
    })
    await instance.sign()
    await exported('--ledger', '--log', 'access', '--out', at('access'))
    expect(await verified(at('access'))).toMatchObject({ ok: true })
  })

  test('calls a text lost, and not erased, whose key is gone without an erasure', async () => {
    const { pool } = instance.database
    const { rows } = await pool.query<{ key: object }>(
      'delete from vault.data_key where party = $1 returning to_jsonb(data_key) as key',
      [parties.melder],
    )
    const opening = ['--with-content', '--purpose', 'toezicht']
    const args = ['--dossier', dossier, '--for', 'auditor', ...opening]
    const answer = await exported(...args, '--out', at('lost'))
    await pool.query(
      'insert into vault.data_key select * from jsonb_populate_record(null::vault.data_key, $1)',
      [rows[0]?.key],
    )
    expect(answer['contents']).toMatchObject({ disclosures: 2, erased: 0, lost: 1 })
  })

  test('gives each party its hearing and what it may read; both have the same entries and seal', async () => {
    await exported('--dossier', dossier, '--for', 'melder', '--out', at('melder'))
    await exported('--dossier', dossier, '--for', 'wederpartij', '--out', at('respondent'))
    expect(await textsIn('melder')).toEqual([texts.complaint])
    expect(await textsIn('respondent')).toEqual([texts.complaint, texts.answer])
    const [melder, respondent] = [await bytesIn('melder'), await bytesIn('respondent')]
    const shared = (files: Readonly<Record<string, string>>) =>
      Object.entries(files).filter(([path]) => /^(entries|proofs|hearing)\//.test(path))
    expect(shared(melder)).toEqual(shared(respondent))
    expect(Object.keys(respondent).filter((path) => path.startsWith('served/'))).toHaveLength(1)
    expect(Object.keys(melder).filter((path) => path.startsWith('served/'))).toHaveLength(0)
    for (const [folder, disclosures] of [
      ['melder', 1],
      ['respondent', 2],
    ] as const)
      expect(await verified(at(folder))).toMatchObject({
        ok: true,
        checked: { entries: 7, disclosures, hearings: 1 },
      })
    expect(JSON.stringify(shared(melder))).not.toContain(elsewhere)
  })

  test('proves that the ledger only grew since a checkpoint that was kept', async () => {
    const since = ['--since', at('one/log/checkpoint')]
    await exported('--dossier', dossier, '--for', 'melder', ...since, '--out', at('since'))
    expect(await verified(at('since'), ...since)).toMatchObject({ ok: true })
  })

  test.each([
    [
      'an unknown dossier',
      ['--dossier', elsewhere.replace('d', 'e'), '--for', 'auditor'],
      'No entry',
    ],
    ['no hearing of that party', ['--dossier', elsewhere, '--for', 'melder'], 'nothing to give'],
    [
      'another hearing',
      ['--dossier', dossier, '--for', 'melder', '--hearing', otherHearing],
      otherHearing,
    ],
    [
      'keys that are not there',
      ['--dossier', dossier, '--for', 'melder', '--keys-directory', '/nowhere'],
      'no keys',
    ],
  ])('is refused for %s', async (_what, args, words) => {
    await expect(exported(...args, '--out', at('refused'))).rejects.toThrow(words)
    await expect(readdir(at('refused'))).rejects.toThrow()
  })

  test('is refused since something that is no checkpoint', async () => {
    const args = ['--dossier', dossier, '--for', 'auditor', '--since', instance.trustFile]
    await expect(exported(...args, '--out', at('refused'))).rejects.toMatchObject({
      code: 'malformed',
    })
  })

  test('of one hearing is that hearing', async () => {
    await exported(
      '--dossier',
      dossier,
      '--for',
      'melder',
      '--hearing',
      hearing,
      '--out',
      at('h.tar'),
    )
    expect(await verified(at('h.tar'))).toMatchObject({ ok: true, checked: { hearings: 1 } })
  })
})

describe('the command line', () => {
  test('prints a verdict for people, and exits with 0', async () => {
    const { code, out, err } = await audit('verify', at('one.tar'), '--trust', instance.trustFile)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Verifies.')
    expect(out).toContain('independent witnesses')
    expect(out).toMatch(/^origin +\S+\/ledger\S*$/m)
  })

  test('names the first bad position of a forged bundle, and exits with 1', async () => {
    const tile = at('one/log/tile/entries/000.p/10')
    const bytes = await readFile(tile)
    bytes.write('X', bytes.indexOf('DeliveryProven'))
    await writeFile(tile, bytes)
    const { code, last, err } = await audit(
      'verify',
      at('one'),
      '--trust',
      instance.trustFile,
      '--json',
    )
    expect([code, err]).toEqual([1, ''])
    expect(JSON.parse(last)).toEqual({
      ok: false,
      position: 6,
      leafIndex: 5,
      reason: expect.stringContaining('hash'),
    })
  })

  test.each([
    ['a bundle that is not there', () => [at('nowhere')]],
    ['a tar that is none', () => [at('mine.tar')]],
    ['a trust file that is none', () => [at('two'), '--trust', at('mine.tar')]],
    ['a trust file that is not there', () => [at('two'), '--trust', at('nowhere')]],
    ['a known checkpoint that is none', () => [at('two'), '--since', at('mine.tar')]],
  ])('exits with 2 and a sentence on %s, never with a stack trace', async (_what, args) => {
    const { code, last, err } = await audit('verify', '--json', ...args())
    expect(code).toBe(2)
    expect(err).toMatch(/\.\n$/)
    expect(err).not.toMatch(/\n\s+at /)
    expect(JSON.parse(last)).toMatchObject({ ok: false, error: expect.any(String) })
  })
})

describe('an entry that somebody changed in the database', () => {
  beforeAll(async () => {
    const { pool } = instance.database
    await pool.query(`ALTER TABLE ledger_case_history.entry DISABLE TRIGGER USER`)
    await pool.query(
      `UPDATE ledger_case_history.entry SET bytes = convert_to('{"v":1}', 'UTF8') WHERE position = 6`,
    )
  })

  test('is named by its position when the ledger is verified', async () => {
    expect(await verified('--ledger', ...place())).toMatchObject({ ok: false, position: 6 })
  })

  test.each(['replay', 'timeline'])(
    'ends %s with 1 and a sentence, not a stack trace',
    async (kind) => {
      const { code, err, last } = await audit(kind, '--dossier', dossier, '--json', ...place())
      expect(code).toBe(1)
      expect(err).toContain('position 6')
      expect(err).not.toMatch(/\n\s+at /)
      expect(JSON.parse(last)).toMatchObject({ ok: false })
    },
  )

  test('is found in a bundle that was exported from it', async () => {
    await exported('--ledger', '--out', at('damaged'))
    expect(await verified(at('damaged'))).toMatchObject({ ok: false, position: 6 })
  })
})
