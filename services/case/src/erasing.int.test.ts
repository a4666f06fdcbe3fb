/** Failures and crashes on the way of an erasure: it says what is left, and ends all the same. */
import { type EventStore, StoreError } from '@wederhoor/event-store/port'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { VaultError } from '@wederhoor/vault/port'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildCaseApp } from './app.ts'
import { type CaseWorld, caseWorld } from './testing/case-world.ts'

let cases: CaseWorld
/** The step that fails, and whether before or after it had its effect. */
let failing: { readonly step: string; readonly when: 'before' | 'after' } | undefined
/** The type of the entry whose append stands and is answered by a lost connection, once. */
let unanswered: string | undefined

beforeAll(async () => {
  cases = await caseWorld((parts) =>
    buildCaseApp({
      ...parts,
      store: forgetful(parts.store),
      erasing: failingNow(parts.erasing),
    }),
  )
})
afterAll(() => cases.close())
beforeEach(() => {
  failing = undefined
  unanswered = undefined
  cases.another()
})

function forgetful(store: EventStore): EventStore {
  return {
    ...store,
    async append(stream, expected, entries) {
      const result = await store.append(stream, expected, entries)
      if (!entries.some(({ type }) => type === unanswered)) return result
      unanswered = undefined
      throw new StoreError('outcome-unknown', 'the connection was lost while committing')
    },
  }
}

/** The real steps, each of which may be made to fail. */
function failingNow({ steps, epochs }: ServiceParts['erasing']): ServiceParts['erasing'] {
  return { steps: each(steps), epochs: each(epochs) }
}

function each<Of extends object>(all: Of): Of {
  return new Proxy(all, {
    get(target, name) {
      const step: unknown = Reflect.get(target, name)
      if (typeof step !== 'function' || name === 'evictCaches') return step
      return async (...given: readonly unknown[]) => {
        fail(String(name), 'before')
        const answer: unknown = await Reflect.apply(step, target, given)
        fail(String(name), 'after')
        return answer
      }
    },
  })
}

function fail(step: string, when: 'before' | 'after'): void {
  if (failing?.step === step && failing.when === when)
    throw new VaultError('unavailable', 'the key store is away')
}

const ground = 'toestemming-ingetrokken'

async function pass(minutes: number): Promise<void> {
  await cases.world.clock.advance(minutes * 60_000 + 1_000)
  await cases.app.workers.settled()
  await cases.app.workers.settled()
}

async function granted(): Promise<void> {
  await cases.accepted()
  await cases.post('/wishes', { wish: 'Een excuus.' }, 'anna')
  await cases.post('/erasures/melder/request', { ground }, 'anna')
  await cases.post('/erasures/melder/decision', { verdict: 'erase' }, 'fenna')
}

const seen = async () =>
  (await cases.get(`/v1/cases/${cases.dossier()}/erasures/melder`, 'fenna')).body

const types = async () =>
  (
    await cases.world.pool.query<{ type: string }>(
      `SELECT type FROM ledger_case_history.entry WHERE dossier = $1 AND stream LIKE 'erasure-%' ORDER BY position`,
      [cases.dossier()],
    )
  ).rows.map((row) => row.type)

const left = async () =>
  (
    await cases.world.pool.query<{ count: number }>(
      `SELECT (SELECT count(*) FROM vault.data_key WHERE dossier = $1 AND party = $2)
         + (SELECT count(*) FROM vault.sealed WHERE dossier = $1 AND party = $2 AND erased_at IS NULL) AS count`,
      [cases.dossier(), cases.melder()],
    )
  ).rows[0]?.count

describe('an erasure whose step fails', () => {
  test.each([
    ['raiseFence', 'before', 'fence', false],
    ['raiseFence', 'after', 'fence', false],
    ['destroyKeys', 'before', 'keys', true],
    ['destroyKeys', 'after', 'keys', true],
    ['deleteSealed', 'before', 'sealed', true],
    ['deleteSealed', 'after', 'sealed', true],
    ['deletePeople', 'after', 'people', true],
    ['scan', 'before', 'views', true],
    ['finality', 'before', 'epoch', true],
    ['begin', 'after', 'epoch', true],
    ['rewrap', 'before', 'epoch', true],
  ] as const)(
    '%s, %s its effect: says what is left and goes on',
    async (step, when, first, isErased) => {
      failing = { step, when }
      await granted()
      const incomplete = await seen()
      expect(incomplete.incomplete.left[0]).toBe(first)
      expect(incomplete.status).toBe(isErased ? 'erased' : 'granted')
      expect((await types()).filter((type) => type === 'PartyErased')).toHaveLength(
        isErased ? 1 : 0,
      )
      // From the fence on nobody writes, whatever is still left.
      if (isErased)
        expect((await cases.post('/wishes', { wish: 'Toch.' }, 'anna')).status).toBe(410)

      failing = undefined
      await pass(2)
      expect(await seen()).toMatchObject({ status: 'completed', incomplete: null })
      expect(await types()).toEqual([
        'ErasureRequested',
        'ErasureGranted',
        ...(isErased ? ['PartyErased', 'ErasureIncomplete'] : ['ErasureIncomplete', 'PartyErased']),
        'ErasureCompleted',
      ])
      expect(Number(await left())).toBe(0)
    },
  )

  test('again and again is taken up with growing pauses, and never called complete', async () => {
    failing = { step: 'destroyKeys', when: 'before' }
    await granted()
    for (const minutes of [1, 2, 4]) await pass(minutes)
    const tries = (await types()).filter((type) => type === 'ErasureIncomplete')
    expect(tries).toHaveLength(4)
    expect((await seen()).status).toBe('erased')
    const { erasures } = (await cases.get('/v1/erasures?status=erased', 'fenna')).body
    expect(erasures).toContainEqual(
      expect.objectContaining({ dossier: cases.dossier(), incomplete: true }),
    )
  })

  test('whose completion stands unanswered keeps its day: no epoch ends before the backups do', async () => {
    unanswered = 'ErasureCompleted'
    await granted()
    expect(unanswered).toBeUndefined()
    await pass(2)
    expect(await seen()).toMatchObject({ status: 'completed', incomplete: null })
    await pass(36 * 24 * 60)
    expect(await seen()).toMatchObject({ status: 'final' })
    expect((await types()).slice(-2)).toEqual(['ErasureCompleted', 'ErasureFinal'])
  })

  test('at the end of an epoch is not final until the epoch has ended', async () => {
    await granted()
    failing = { step: 'end', when: 'before' }
    await pass(36 * 24 * 60)
    expect(await seen()).toMatchObject({ status: 'completed', incomplete: { left: ['epoch'] } })
    failing = undefined
    await pass(2)
    expect(await seen()).toMatchObject({ status: 'final', incomplete: null })
  })
})
