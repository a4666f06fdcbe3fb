import { openCheckpoint } from '@wederhoor/ledger/checkpoint'
import { decodeEntryBundle } from '@wederhoor/ledger/entry-bundle'
import { verifierOf } from '@wederhoor/ledger/signed-note'
import { tilePath } from '@wederhoor/ledger/tile'
import { leafHash } from '@wederhoor/ledger/tree'
import { verifyLog } from '@wederhoor/ledger/verify-log'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import { type TestParts, testParts } from '@wederhoor/runtime/test-parts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAuditApp } from './app.ts'
import { entriesOf, walked, write } from './builders.ts'

let world: TestParts
let app: ServiceApp

beforeAll(async () => {
  world = await testParts({
    startAt: '2024-06-01T09:00:00.000Z',
    accounts: [
      { name: 'olga', roles: ['auditor'] },
      { name: 'anna', roles: ['caseworker'] },
    ],
    migrations: [],
  })
  app = await buildAuditApp(world.parts)
  await app.workers.start()
  await write(world.parts.store, entriesOf(walked))
  await app.workers.settled()
})

afterAll(async () => {
  await app.workers.stop()
  await app.server.close()
  await world.close()
})

const fetchLog = (path: string, headers: Record<string, string> = {}) =>
  app.server.inject({ url: `/log/case-history/${path}`, headers })

const basic = async (who: string) => {
  const { authorization } = await world.bearer(who)
  const pair = Buffer.from(`${who}:${authorization.slice('Bearer '.length)}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

describe('the public read interface', () => {
  test('gives everything that a stranger needs to verify the log, under the key of the trust list', async () => {
    const trust = await app.server.inject({ url: '/v1/trust' })
    const [vkey = ''] = trust.body.split('\n')
    const note = await fetchLog('checkpoint')
    expect(note.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
    })
    const { checkpoint } = openCheckpoint(note.body, [verifierOf(vkey)])
    const auditor = await world.bearer('olga')
    const verdict = await verifyLog({
      checkpoint,
      tiles: {
        readTile: async (tile) => {
          const answer = await fetchLog(tilePath(tile))
          return answer.statusCode === 200 ? answer.rawPayload : undefined
        },
      },
      entries: async (index, width) => {
        const answer = await fetchLog(tilePath({ level: 'entries', index, width }), auditor)
        return answer.statusCode === 200 ? answer.rawPayload : undefined
      },
    })
    expect(verdict).toEqual({ ok: true, entries: walked.length })
  })

  test('says that tiles never change, and lets nobody keep a failure', async () => {
    const width = walked.length
    const tile = await fetchLog(`tile/0/000.p/${width}`)
    expect(tile.statusCode).toBe(200)
    expect(tile.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': expect.stringContaining('immutable'),
      'content-length': String(width * 32),
    })
    const missing = await fetchLog('tile/0/000')
    expect([missing.statusCode, missing.headers['cache-control']]).toEqual([404, 'no-store'])
  })

  test('serves a narrower tile as it once was', async () => {
    const wide = await fetchLog(`tile/0/000.p/${walked.length}`)
    const narrow = await fetchLog('tile/0/000.p/1')
    expect(narrow.rawPayload).toEqual(wide.rawPayload.subarray(0, 32))
  })

  test.each([
    'tile/0/0',
    'tile/0/000.p/0',
    'tile/0/000.p/257',
    'tile/8/000.p/1',
    'tile/0/x000/000.p/1',
    'tile/0/..%2f..%2fcheckpoint',
    'tile/64/000',
  ])('knows no tile called %s', async (path) => {
    expect((await fetchLog(path)).statusCode).toBe(404)
  })
})

describe('an entry bundle', () => {
  const path = 'tile/entries/000.p/2'

  test('is for those who may read the ledger only', async () => {
    expect((await fetchLog(path)).statusCode).toBe(401)
    expect((await fetchLog(path, await world.bearer('anna'))).statusCode).toBe(403)
    expect((await fetchLog(path, await basic('anna'))).statusCode).toBe(403)
  })

  test('comes by bearer token, and by HTTP Basic for a checker that can only be given an address', async () => {
    const bearer = await fetchLog(path, await world.bearer('olga'))
    const withBasic = await fetchLog(path, await basic('olga'))
    expect([bearer.statusCode, withBasic.statusCode]).toEqual([200, 200])
    expect(withBasic.rawPayload).toEqual(bearer.rawPayload)
    expect(bearer.headers['cache-control']).toMatch(/^private/)
    const hashes = decodeEntryBundle(bearer.rawPayload, 2).map((entry) =>
      Buffer.from(leafHash(entry)),
    )
    const tile = await fetchLog('tile/0/000.p/2')
    expect(Buffer.concat(hashes)).toEqual(tile.rawPayload)
  })

  test('ends where the signed checkpoint ends', async () => {
    const answer = await fetchLog(
      `tile/entries/000.p/${walked.length + 1}`,
      await world.bearer('olga'),
    )
    expect(answer.statusCode).toBe(404)
  })

  test('is never let out by HTTP Basic on a route that does not name it', async () => {
    const answer = await app.server.inject({ url: '/v1/ledger/head', headers: await basic('olga') })
    expect(answer.statusCode).toBe(401)
  })
})

describe('the list of keys', () => {
  test('names a hearing only to an auditor, or to whoever knows it', async () => {
    const hearing = '0e6d4a3f-3f0a-4f7e-9c11-5d7a2f9f4c10'
    const open = await app.server.inject({ url: '/v1/trust' })
    expect(open.body).not.toContain('/hearing/')
    const known = await app.server.inject({ url: `/v1/trust?hearing=${hearing}` })
    expect(known.body).toMatch(new RegExp(`^wederhoor.test/ledger/hearing/${hearing}\\+`, 'm'))
  })
})
