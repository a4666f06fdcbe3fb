/** Signalling as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildSignallingApp } from './app.ts'
import { signallingMigrations } from './migrations.ts'

await runService({
  name: 'signalling',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  migrations: signallingMigrations,
  build: buildSignallingApp,
})
