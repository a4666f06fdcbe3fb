/** The services of the house, in the order in which people meet them. */

import { buildAuditApp } from '@wederhoor/audit/app'
import { buildCaseApp } from '@wederhoor/case/app'
import { caseMigrations } from '@wederhoor/case/migrations'
import { buildIntakeApp, type IntakeOptions } from '@wederhoor/intake/app'
import { intakeMigrations } from '@wederhoor/intake/migrations'
import { buildMediationApp } from '@wederhoor/mediation/app'
import { mediationMigrations } from '@wederhoor/mediation/migrations'
import { buildReferralApp } from '@wederhoor/referral/app'
import { referralMigrations } from '@wederhoor/referral/migrations'
import type { ServiceMigrations } from '@wederhoor/runtime/migrate-all'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { buildSignallingApp } from '@wederhoor/signalling/app'
import { signallingMigrations } from '@wederhoor/signalling/migrations'

export interface HouseService {
  readonly name: ServiceName
  /** Audit keeps nothing of its own. */
  readonly migrations?: ServiceMigrations
  readonly build: (parts: ServiceParts, options: IntakeOptions) => Promise<ServiceApp>
}

export const serviceNames = [
  'intake',
  'case',
  'mediation',
  'referral',
  'signalling',
  'audit',
] as const
export type ServiceName = (typeof serviceNames)[number]

export const houseServices: readonly HouseService[] = [
  { name: 'intake', migrations: intakeMigrations, build: buildIntakeApp },
  { name: 'case', migrations: caseMigrations, build: buildCaseApp },
  { name: 'mediation', migrations: mediationMigrations, build: buildMediationApp },
  { name: 'referral', migrations: referralMigrations, build: buildReferralApp },
  { name: 'signalling', migrations: signallingMigrations, build: buildSignallingApp },
  { name: 'audit', build: buildAuditApp },
]
