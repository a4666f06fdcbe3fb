/** Case as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildCaseApp } from './app.ts'
import { caseMigrations } from './migrations.ts'

await runService({
  name: 'case',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  migrations: caseMigrations,
  build: buildCaseApp,
})
