import { randomBytes, randomUUID } from 'node:crypto'
import { codeOf } from '@wederhoor/identity/code'
import {
  annotatedPdf,
  docxOf,
  jpegOf,
  jpegPicture,
  PLANTED,
  packedPdf,
} from '@wederhoor/media/media.fixture'
import { byteFindings, dumpOf } from '@wederhoor/vault/planted-search'
import fastify from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld } from './testing/case-world.ts'

const name = 'klacht van Zoë Überprüfung-Ångström.jpg'
const jpeg = 'image/jpeg'
const log: string[] = []
let cases: CaseWorld

beforeAll(async () => {
  const stream = { write: (line: string) => void log.push(line) }
  const { log: logger } = fastify({ logger: { level: 'debug', stream } })
  cases = await caseWorld((parts) => buildCaseApp({ ...parts, logger }))
})
afterAll(() => cases.close())
beforeEach(async () => {
  cases.another()
  await cases.accepted()
})

const newKey = () => randomBytes(16).toString('base64url')

interface Sending {
  readonly type?: string
  readonly key?: string
  readonly as?: string
  readonly path?: string
  readonly name?: string
}

/** As Anna, or by code where nobody is named. */
async function send(payload: Uint8Array, sending: Sending = {}) {
  const { type = jpeg, key = randomUUID(), as, path = '?kind=foto' } = sending
  const { pepper } = cases.world.parts
  const who =
    as === undefined
      ? { 'access-code': codeOf(cases.dossier(), pepper) }
      : await cases.world.bearer(as)
  const answer = await cases.app.server.inject({
    method: 'POST',
    url:
      as === undefined ? `/v1/my-case/files${path}` : `/v1/cases/${cases.dossier()}/files${path}`,
    headers: {
      'content-type': type,
      'idempotency-key': key,
      'file-name': encodeURIComponent(sending.name ?? name),
      ...who,
    },
    payload: Buffer.from(payload),
  })
  await cases.app.workers.settled()
  return { status: answer.statusCode, body: answer.json() }
}

async function fetched(file: string, as: string, dossier = cases.dossier()) {
  const url = `/v1/cases/${dossier}/files/${file}`
  const answer = await cases.app.server.inject({ url, headers: await cases.world.bearer(as) })
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload }
}

async function fetchedByCode(file: string) {
  const headers = { 'access-code': codeOf(cases.dossier(), cases.world.parts.pepper) }
  const url = `/v1/my-case/files/${file}`
  const answer = await cases.app.server.inject({ url, headers })
  return { status: answer.statusCode, bytes: answer.rawPayload }
}

const openings = async () =>
  (
    await cases.world.pool.query(
      `SELECT convert_from(bytes, 'UTF8')::json -> 'data' ->> 'screen' AS screen,
         convert_from(bytes, 'UTF8')::json -> 'data' ->> 'purpose' AS purpose
       FROM ledger_access.entry WHERE dossier = $1 AND type = 'ContentOpened' ORDER BY position`,
      [cases.dossier()],
    )
  ).rows

const events = async () =>
  (
    await cases.world.pool.query(
      `SELECT 1 FROM ledger_case_history.entry WHERE dossier = $1 AND type = 'FileAdded'`,
      [cases.dossier()],
    )
  ).rowCount

describe('a photograph that somebody adds', () => {
  test('comes out without what told who took it, and stands on the file without its bytes', async () => {
    const { status, body } = await send(jpegOf(), { as: 'anna' })
    expect([status, body]).toMatchObject([201, { metadata: 'stripped' }])
    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(lines.at(-1)).toMatchObject({
      type: 'FileAdded',
      facts: { file: body.file, kind: 'foto', metadata: 'stripped', party: cases.melder() },
      content: {
        content: { mediaType: jpeg, name, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    })
    const file = await fetched(body.file, 'bram')
    expect(file.status).toBe(200)
    expect(file.bytes.includes(PLANTED)).toBe(false)
    expect(file.bytes.subarray(-jpegPicture.length).equals(jpegPicture)).toBe(true)
    expect(file.headers).toMatchObject({
      'content-type': jpeg,
      'content-length': String(file.bytes.length),
      'content-disposition': 'attachment; filename="bestand.jpg"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect((await openings()).at(-1)).toEqual({
      screen: 'GET /v1/cases/{dossier}/files/{file}',
      purpose: 'behandeling',
    })
  })

  test('is added once, however often it is sent', async () => {
    const key = randomUUID()
    const first = await send(jpegOf(), { as: 'anna', key })
    expect(await send(jpegOf(), { as: 'anna', key })).toEqual(first)
    expect(await events()).toBe(1)
    expect(await send(annotatedPdf(), { as: 'anna', key, type: 'application/pdf' })).toMatchObject({
      status: 422,
      body: { code: 'key-reused' },
    })
  })

  test('leaves its name, and what was in it, in no table and no line of the log', async () => {
    await send(Buffer.concat([Buffer.from('Op de blauwe trap. '), Buffer.from(PLANTED)]), {
      as: 'anna',
      type: 'text/plain',
    })
    await send(jpegOf())
    const planted = [PLANTED, name, 'Überprüfung', 'blauwe trap']
    expect(byteFindings(planted, await dumpOf(cases.world.pool))).toEqual([])
    expect(log.length).toBeGreaterThan(2)
    expect(byteFindings(planted, new Map([['log', Buffer.from(log.join('\n'))]]))).toEqual([])
  })
})

describe('a melder with their code', () => {
  test('shows something, sees that it is there, and has it opened: for inspection', async () => {
    const { status, body } = await send(docxOf(), { type: 'application/octet-stream' })
    expect([status, body]).toMatchObject([201, { metadata: 'stripped' }])
    expect((await cases.mine()).body.files).toEqual([
      { file: body.file, kind: 'foto', metadata: 'stripped', addedAt: expect.any(String) },
    ])
    const opened = await fetchedByCode(body.file)
    expect(opened.status).toBe(200)
    expect(opened.bytes.subarray(0, 2).toString()).toBe('PK')
    expect((await openings()).at(-1)).toMatchObject({ purpose: 'inzage' })
  })

  test('whoever guesses a code is turned away before the file is read', async () => {
    const headers = { 'access-code': 'geraden', 'content-type': jpeg, 'idempotency-key': newKey() }
    const payload = Buffer.alloc(25 * 1_048_576 + 1)
    const url = '/v1/my-case/files'
    const answer = await cases.app.server.inject({ method: 'POST', url, headers, payload })
    expect(answer.statusCode).toBe(401)
  })

  test('gets no file of anybody else', async () => {
    const party = randomUUID()
    const { body } = await send(jpegOf(), { as: 'anna', path: `?kind=foto&party=${party}` })
    expect((await cases.mine()).body.files).toEqual([])
    expect((await fetchedByCode(body.file)).status).toBe(404)
    expect((await fetched(body.file, 'anna')).status).toBe(200)
  })
})

describe('a file that cannot be taken', () => {
  test.each([
    [
      'of another type than was said',
      jpegOf(),
      { type: 'application/pdf' },
      415,
      'file-type-mismatch',
    ],
    [
      'of no type that is taken',
      Buffer.from([0, 1, 2]),
      { type: 'application/octet-stream' },
      415,
      'file-unknown-type',
    ],
    ['as JSON', Buffer.from('{}'), { type: 'application/json' }, 415, 'unsupported-media-type'],
    ['cut off', jpegOf().subarray(0, 100), {}, 422, 'file-malformed'],
    ['empty', Buffer.alloc(0), {}, 400, 'empty-file'],
    [
      'too large',
      Buffer.alloc(25 * 1_048_576 + 1, 65),
      { type: 'text/plain' },
      413,
      'body-too-large',
    ],
    ['of a kind that is on no list', jpegOf(), { path: '?kind=geheim' }, 400, 'invalid-input'],
    ['with a name that is none', jpegOf(), { name: 'a\u0000b' }, 400, 'invalid-input'],
  ] as const)(
    '%s is refused, and nothing is recorded',
    async (_what, bytes, sending, status, code) => {
      const answer = await send(bytes, { as: 'anna', ...sending })
      expect(answer).toMatchObject({ status, body: { code } })
      expect(await events()).toBe(0)
    },
  )

  test('by somebody of another desk is refused, and asking for one is too', async () => {
    const { body } = await send(jpegOf(), { as: 'anna' })
    expect((await send(jpegOf(), { as: 'roos' })).status).toBe(403)
    expect((await fetched(body.file, 'roos')).status).toBe(403)
    expect((await fetched(randomUUID(), 'anna')).status).toBe(404)
  })
})

describe('a file that cannot be cleaned', () => {
  test('is sealed as it came, and says so', async () => {
    const pdf = packedPdf(`<< /Author (${PLANTED}) >>`, '/Root 1 0 R /Info 2 0 R')
    const { body } = await send(pdf, { as: 'anna', type: 'application/pdf' })
    expect(body.metadata).toBe('kept-sealed')
    expect((await fetched(body.file, 'anna')).bytes.equals(pdf)).toBe(true)
  })
})

describe('a large file', () => {
  test('of 25 MiB comes and goes', async () => {
    const bytes = Buffer.alloc(25 * 1_048_576, 'lange brief ')
    const { status, body } = await send(bytes, { as: 'anna', type: 'text/plain' })
    expect(status).toBe(201)
    const file = await fetched(body.file, 'anna')
    expect(file.bytes.equals(bytes)).toBe(true)
  })
})

describe('the files of a melder who was erased', () => {
  test('are gone, also for whoever may, and none is added', async () => {
    const { body } = await send(jpegOf(), { as: 'anna' })
    const of = { dossier: cases.dossier(), party: cases.melder() }
    const { steps } = cases.world.parts.erasing
    await steps.raiseFence(of)
    expect((await fetched(body.file, 'anna')).status).toBe(410)
    await steps.destroyKeys(of)
    await steps.deleteSealed(of)
    steps.evictCaches(of)
    expect((await steps.scan(of)).places).toEqual([])
    expect((await fetched(body.file, 'anna')).status).toBe(410)
    expect(await send(jpegOf(), { as: 'anna' })).toMatchObject({
      status: 410,
      body: { code: 'erased' },
    })
    const { lines } = (await cases.get(`/v1/cases/${cases.dossier()}`, 'anna')).body
    expect(lines.at(-1)).toMatchObject({ type: 'FileAdded', content: { content: 'erased' } })
  })
})
