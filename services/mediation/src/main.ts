/** Mediation as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildMediationApp } from './app.ts'
import { mediationMigrations } from './migrations.ts'

await runService({
  name: 'mediation',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  migrations: mediationMigrations,
  build: buildMediationApp,
})
