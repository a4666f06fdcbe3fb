/** Referral as a process of its own; see `config.ts` of packages/runtime for its environment. */
import { policyVersions } from '@wederhoor/contracts/policy'
import { runService } from '@wederhoor/runtime/run-service'
import { buildReferralApp } from './app.ts'
import { referralMigrations } from './migrations.ts'

await runService({
  name: 'referral',
  version: '1.0.0',
  policy: policyVersions.at(-1) ?? 'none',
  migrations: referralMigrations,
  build: buildReferralApp,
})
