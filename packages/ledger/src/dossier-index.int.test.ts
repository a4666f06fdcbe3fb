import { migrateStore } from '@wederhoor/event-store/migrate-store'
import { postgresStore } from '@wederhoor/event-store/postgres'
import { createTestDatabase } from '@wederhoor/postgres/test-database'
import { postgresDossierIndex } from './dossier-index.ts'
import { dossierIndexConformance } from './dossier-index-conformance.ts'

dossierIndexConformance('PostgreSQL', async () => {
  const { pool, drop } = await createTestDatabase()
  await migrateStore(pool, 'case')
  const store = postgresStore({ pool, ledgerName: 'case', notify: false })
  return {
    store,
    index: postgresDossierIndex({ pool, ledgerName: 'case' }),
    async close() {
      await store.close()
      await drop()
    },
  }
})
