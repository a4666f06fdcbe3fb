/**
 * Tessera's own checker over the public read interface of a running log. It ends with exit code 0 whatever it found, so
 * its words decide; and a worker of it ends at the first tile that is wrong, so there must be more workers than tiles or
 * it would wait for ever.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAuditApp } from '@wederhoor/audit/app'
import { entriesOf, write } from '@wederhoor/audit/builders'
import { installedGoProgram } from '@wederhoor/means/go-programs'
import { GO_BUILD_TIMEOUT_MS, goSuite } from '@wederhoor/means/go-suite'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ChangingLog, changingLog } from './changing-log.fixture.ts'

const FSCK = 'github.com/transparency-dev/tessera/cmd/fsck@v1.0.4'
/** Two tiles of leaves and one above. */
const SIZE = 300
const RESOURCES = [
  'checkpoint',
  'tile/entries/000',
  'tile/entries/001.p/44',
  'tile/0/000',
  'tile/0/001.p/44',
  'tile/1/000.p/1',
]

const flipped =
  (share: number) =>
  (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes)
    const at = Math.floor(share * (bytes.length - 1))
    changed[at] = (changed[at] ?? 0) ^ 1
    return changed
  }

goSuite('a running log, checked by fsck of Tessera', () => {
  let place: string
  let program: string
  let world: TestParts
  let app: ServiceApp
  let log: ChangingLog
  let token: string
  let vkey: string

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'wederhoor-fsck-'))
    program = await installedGoProgram(FSCK)
    world = await testParts({
      startAt: '2024-06-01T09:00:00.000Z',
      accounts: [{ name: 'olga', roles: ['auditor'] }],
      migrations: [],
    })
    app = await buildAuditApp(world.parts)
    await app.workers.start()
    const noted = { type: 'Noted', recordedAt: '2024-03-01T09:00:00.000Z' }
    const written = Array.from({ length: SIZE }, (_, at) => ({
      ...noted,
      stream: `case-${at % 7}`,
    }))
    await write(world.parts.store, entriesOf(written))
    await app.workers.settled()
    log = await changingLog(app.server, '/log/case-history')
    token = (await world.bearer('olga')).authorization.slice('Bearer '.length)
    vkey = (await app.server.inject({ url: '/v1/trust' })).body.split('\n')[0] ?? ''
  }, GO_BUILD_TIMEOUT_MS)

  afterEach(() => log.restore())

  afterAll(async () => {
    await log.close()
    await app.workers.stop()
    await app.server.close()
    await world.close()
    await rm(place, { recursive: true, force: true })
  })

  async function fsck(
    url = log.url,
    flags: readonly string[] = ['-bearer_token', token],
  ): Promise<{ readonly clean: boolean; readonly words: string }> {
    const key = join(place, 'log.vkey')
    await writeFile(key, vkey)
    const origin = vkey.split('+')[0] ?? ''
    const words = await said(program, [
      ...['-ui=false', '-N', '8', '-storage_url', url, '-public_key', key, '-origin', origin],
      ...flags,
    ])
    const clean = words.includes(`Successfully fsck'd log with size ${SIZE} and root `)
    // One or the other, or the run says nothing.
    expect(words.includes('fsck failed')).toBe(!clean)
    return { clean, words }
  }

  test('is clean, after everything that belongs to it was fetched', async () => {
    expect(await fsck()).toMatchObject({ clean: true })
    expect([...log.served].sort()).toEqual([...RESOURCES].sort())
  })

  test('is clean for a checker that is given an address and nothing else', async () => {
    const address = await app.server.listen({ host: '127.0.0.1', port: 0 })
    const withToken = address.replace('//', `//auditor:${token}@`)
    expect(await fsck(`${withToken}/log/case-history/`, [])).toMatchObject({ clean: true })
  })

  test('gives no entries to whoever may not read the ledger', async () => {
    expect(await fsck(log.url, [])).toMatchObject({
      clean: false,
      words: expect.stringMatching(/tile\/entries\/000.*401/),
    })
  })

  describe('with one bit changed', () => {
    test.each(RESOURCES.flatMap((path) => [0, 0.5, 1].map((share) => [path, share] as const)))(
      'in %s (%s of the way) is not clean',
      async (path, share) => {
        log.change(path, flipped(share))
        expect(await fsck()).toMatchObject({ clean: false })
        expect(log.served).toContain(path)
      },
    )
  })
})

/** What it wrote, once it ended by itself. */
function said(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { timeout: 30_000 }, (error, stdout, stderr) => {
      if (error?.killed === true) reject(new Error(`fsck did not end: ${stderr}`, { cause: error }))
      else resolve(`${stdout}${stderr}`)
    })
  })
}
