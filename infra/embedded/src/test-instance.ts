/** The world of this folder's tests: a whole instance on the run's real PostgreSQL, in simulated time. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { type People, people } from '@wederhoor/simulation/people'
import type { WalkWorld } from '@wederhoor/simulation/walk/script'
import type { Pool } from 'pg'
import { demoAccounts } from './accounts.ts'
import type { HouseOptions } from './house.ts'
import { type Instance, openInstance } from './instance.ts'
import { tokens } from './tokens.ts'

export interface TestInstance extends Instance {
  /** The database's owner: sees what no role of the house may see. */
  readonly owner: Pool
  /** Where its keys are. */
  readonly keysDirectory: string
  readonly people: People
  readonly walkWorld: WalkWorld
  /** A case in Utrecht, of which Anna is contact person. */
  openCase(): Promise<string>
  /** Of the case history: how many entries there are. */
  entries(): Promise<number>
}

/** A Tuesday in an ordinary week, ten in the morning. */
const beginning = '2024-03-05T09:00:00.000Z'

export async function openTestInstance(
  options: Pick<HouseOptions, 'logDestination'> & {
    readonly logLevel?: HouseOptions['logLevel']
    readonly traceparent?: string
  } = {},
): Promise<TestInstance> {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-embedded-'))
  const instance = await openInstance({
    config: {
      DATABASE_URL: database.url,
      WEDERHOOR_CLOCK: 'simulated',
      LOG_LEVEL: options.logLevel ?? 'silent',
    },
    directory,
    jarsDirectory: join(directory, 'jars'),
    accounts: demoAccounts,
    simulated: true,
    kafka: false,
    logDestination: options.logDestination,
    say: () => {},
  })
  const { house } = instance
  await house.clock.setTo(beginning)
  const everybody = people({
    baseUrls: house.baseUrls,
    tokenFor: tokens(house),
    newKey: () => randomBytes(16).toString('hex'),
    traceparent: options.traceparent,
  })
  return {
    ...instance,
    owner: database.pool,
    keysDirectory: join(directory, 'keys'),
    people: everybody,
    walkWorld: {
      people: everybody,
      now: () => house.clock.now(),
      settled: () => house.settled(),
      dayPasses: () => house.dayPasses(),
    },
    async openCase() {
      const melding = { story: 'Zij wezen mij de deur.', acuteDanger: false, residence: 'GM0344' }
      const { body } = await everybody.nobody.post('intake', '/meldingen', melding)
      const dossier = String(body['dossier'])
      await house.settled()
      await everybody.as('anna').post('intake', `/meldingen/${dossier}/acceptance`)
      await house.settled()
      return dossier
    },
    async entries() {
      const { rows } = await database.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${house.ledgerTable}`,
      )
      return rows[0]?.count ?? 0
    },
    async close() {
      await instance.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
