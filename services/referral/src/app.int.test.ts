import { randomUUID } from 'node:crypto'
import { checkApiRules } from '@wederhoor/http/runtime-rules'
import { describe, expect, test } from 'vitest'
import { buildReferralApp } from './app.ts'
import { content, referralWorld } from './test-world.ts'

const { settle, post, messages, offered, rowOf, world, app } = referralWorld(buildReferralApp)

describe('a ledger that others write to as well', () => {
  test('gives referral nothing of theirs, though their events have the same names', async () => {
    const sent = await offered()
    const [stored] = (await world().parts.store.readStream(`referral-${sent.referral}`, 1)) ?? []
    expect(stored?.type).toBe('PermitRequested')
    if (stored === undefined) return
    const foreign = { ...stored, id: randomUUID() }
    await world().parts.store.append(`hearing-${randomUUID()}`, 'no-stream', [
      {
        ...foreign,
        bytes: Buffer.from(
          Buffer.from(stored.bytes).toString('utf8').replace(stored.id, foreign.id),
        ),
      },
    ])
    await settle()
    const asked = (await messages(sent.dossier)).filter((one) => one.name === 'permit-requested')
    expect(asked).toHaveLength(1)
    expect((await rowOf(sent)).status).toBe('offered')
  })
})

describe('the API', () => {
  test('keeps the NLgov REST API Design Rules', async () => {
    expect(await checkApiRules(app().server)).toEqual([])
  })
})

describe('the database and the topics', () => {
  test('hold what was handed over, and what was said about it, nowhere in clear', async () => {
    const sent = await offered()
    await post(`${sent.offer}/opening`, undefined, 'vera')
    await post(`${sent.offer}/acceptance`, undefined, 'vera')
    const stuck = 'De gemeente antwoordt al drie weken niet.'
    const report = 'Zij komt nu wekelijks op gesprek.'
    await post(`${sent.offer}/stuck`, { text: stuck }, 'vera')
    const caller = 'Petra van de frontdesk'
    const call = { partner: 'slachtofferhulp', toldBy: caller }
    await post(`/v1/dossiers/${sent.dossier}/referrals/call`, call, 'anna')
    await post(`${sent.offer}/report`, { outcome: 'geholpen', text: report }, 'vera')
    const needles = [...Object.values(content), stuck, report, caller].flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8')
      return [text, bytes.toString('hex'), bytes.toString('base64url').slice(4, -4)]
    })
    const { rows } = await world().pool.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    for (const { schema, name } of rows) {
      const dump = await world().pool.query<{ row: string }>(
        `SELECT t::text AS row FROM "${schema}"."${name}" t`,
      )
      const text = dump.rows.map((row) => row.row).join('\n')
      for (const needle of needles)
        expect(text.includes(needle), `${schema}.${name} holds ${needle}`).toBe(false)
    }
    const said = JSON.stringify(await messages(sent.dossier))
    for (const needle of needles) expect(said).not.toContain(needle)
  })
})
