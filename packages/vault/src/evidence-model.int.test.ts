import type { TestDatabase } from '@wederhoor/postgres/test-database'
import { evidenceModel } from './evidence-model.ts'
import { postgresPlace } from './evidence-place.fixture.ts'

const databases: TestDatabase[] = []

evidenceModel('PostgreSQL', {
  open: () => postgresPlace((database) => void databases.push(database)),
  async close() {
    for (const database of databases.splice(0)) await database.drop()
  },
  numRuns: 3,
  maxCommands: 25,
})
