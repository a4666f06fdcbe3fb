/** Audit as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildAuditApp } from './app.ts'

await runService({
  name: 'audit',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  build: buildAuditApp,
})
