/** Intake as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildIntakeApp } from './app.ts'
import { intakeMigrations } from './migrations.ts'

await runService({
  name: 'intake',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  migrations: intakeMigrations,
  build: buildIntakeApp,
})
