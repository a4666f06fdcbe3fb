import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatCheckpoint } from '@wederhoor/ledger/checkpoint'
import { ed25519Signer, signNote } from '@wederhoor/ledger/signed-note'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { elsewhere, entriesOf, walked, write } from './builders.ts'
import { cliRequest } from './cli-arguments.ts'
import { signCheckAnswer } from './cli-sign-check.ts'
import { watchAnswer } from './cli-watch.ts'
import { type RestorableHouse, restorableHouse } from './restored.fixture.ts'

let house: RestorableHouse
let run: Awaited<ReturnType<RestorableHouse['running']>>
let folder: string
let url: string

const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  house = await restorableHouse(buildAuditApp)
  run = await house.running(house.url)
  await write(run.parts.store, entriesOf(walked))
  await run.app.workers.settled()
  folder = await mkdtemp(join(tmpdir(), 'audit-watch-'))
  const base = await run.app.server.listen({ host: '127.0.0.1', port: 0 })
  url = `${base}/log/case-history/`
  await writeFile(at('trust'), await (await fetch(`${base}/v1/trust`)).text())
}, 60_000)

afterAll(async () => {
  await run.stop()
  await house.close()
  await rm(folder, { recursive: true, force: true })
})

async function watched(state: string, trust = 'trust', ...more: readonly string[]) {
  const fixed = ['--once', '--json', '--trust', at(trust), '--state', at(state)]
  const request = cliRequest(['watch', '--database-url', house.url, ...fixed, ...more])
  if (request.kind !== 'watch') throw new Error(JSON.stringify(request))
  const { ok, text } = await watchAnswer(request, () => undefined)
  return { ...JSON.parse(text), exit: ok ? 0 : 1 }
}

const keep = async (name: string, size: number, root: Uint8Array) => {
  const signer = ed25519Signer('wederhoor.test/ledger', randomBytes(32))
  const text = formatCheckpoint({ origin: signer.name, size, root })
  await writeFile(at(name), await signNote(text, [signer]))
}
const incidents = async () =>
  (await run.send('nora', 'GET', '/v1/logs/case-history')).body.incidents

describe('audit sign-check', () => {
  test('verifies a bundle and signs the outcome with a key of its own, which the audit service takes', async () => {
    const bundle = await run.app.server.inject({
      method: 'POST',
      url: '/v1/bundles',
      headers: { 'idempotency-key': 'a-key-of-its-own', authorization: await run.bearer('olga') },
      payload: { kind: 'ledger' },
    })
    await writeFile(at('ledger.tar'), bundle.rawPayload)
    const args = ['--key', at('officer.seed'), '--name', 'officer.example/ivo', '--json']
    const request = cliRequest([
      ...['sign-check', at('ledger.tar'), '--trust', at('trust'), '--out', at('note'), ...args],
    ])
    if (request.kind !== 'sign-check') throw new Error(JSON.stringify(request))
    const now = () => new Date('2024-06-01T09:00:00.000Z')
    const { ok, text } = await signCheckAnswer(request, now)
    expect(ok).toBe(true)
    const note = await readFile(at('note'), 'utf8')
    expect(note).toMatch(
      /^wederhoor ledger check v1\nwederhoor.test\/ledger\n\d+\n\S{44}\nverified\n/,
    )
    const { vkey } = JSON.parse(text)
    const handed = await run.send('ivo', 'POST', '/v1/ledger-checks', { note, vkey })
    expect([handed.status, handed.body.outcome]).toEqual([201, 'verified'])
    await expect(signCheckAnswer(request)).rejects.toThrow('name another with --out')
    await run.app.workers.settled()
  })
})

describe('audit watch, over the public read interface', () => {
  test('verifies the newest checkpoint, keeps it, and goes on from there after a restart', async () => {
    expect(await watched('state', 'trust', '--url', url)).toMatchObject({
      ...{ ok: true, exit: 0, size: walked.length + 1, origin: 'wederhoor.test/ledger' },
    })
    const kept = await readFile(at('state'), 'utf8')
    expect(kept.split('\n')[1]).toBe(String(walked.length + 1))
    const recordedAt = '2024-06-01T08:00:00.000Z'
    const more = { stream: `case-${elsewhere}`, type: 'CaseOpened', dossier: elsewhere, recordedAt }
    await write(run.parts.store, entriesOf([more]))
    await run.app.workers.settled()
    expect(await watched('state', 'trust', '--url', url)).toMatchObject({
      ...{ ok: true, size: walked.length + 2 },
    })
  })

  test('verifies the log of the instance where no address is given', async () => {
    expect(await watched('own-state')).toMatchObject({ ok: true, size: walked.length + 2 })
  })

  // The command line tells the real time, so that in this simulated one nothing else is recorded after it.
  test('fails on a log that became smaller (rollback), and the instance records it once', async () => {
    await keep('ahead', 1_000, randomBytes(32))
    for (const _ of [1, 2])
      expect(await watched('ahead', 'trust', '--url', url)).toMatchObject({
        ...{ ok: false, exit: 1, code: 'smaller-than-before', recorded: true },
      })
    expect(await incidents()).toMatchObject([
      { reason: 'smaller-than-before', size: 1_000, detectedBy: 'watch-command' },
    ])
  })

  test('fails on a log that is no continuation of what was verified (fork)', async () => {
    await keep('forked', 5, randomBytes(32))
    expect(await watched('forked', 'trust', '--url', url)).toMatchObject({
      ...{ ok: false, exit: 1, code: 'not-an-extension' },
    })
  })

  test('fails on a signature of another key (rebuilt under another key)', async () => {
    const other = ed25519Signer('wederhoor.test/ledger', randomBytes(32))
    await writeFile(at('other-trust'), `${other.vkey}\n`)
    expect(await watched('new-state', 'other-trust', '--url', url)).toMatchObject({
      ...{ ok: false, exit: 1, code: 'bad-signature' },
    })
  })

  test('says so where nothing answers, and records nothing', async () => {
    const before = (await incidents()).length
    await expect(watched('state', 'trust', '--url', 'http://127.0.0.1:9/log/')).rejects.toThrow(
      'does not answer as a log',
    )
    expect((await incidents()).length).toBe(before)
  })
})

describe('what is typed after watch and sign-check', () => {
  test.each([
    [['watch'], '--trust'],
    [['watch', '--trust', 'x', '--url', 'ftp://x'], '--url'],
    [['sign-check', '--trust', 'x'], 'bundle'],
    [['sign-check', 'b', '--trust', 'x', '--out', 'n'], '--key'],
    [['watch', '--trust', 'x', '--key', 'k'], 'does not belong'],
  ])('is refused where something lacks: %j', (typed, why) => {
    expect(cliRequest(typed)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(why),
    })
  })
})
