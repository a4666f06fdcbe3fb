/** The services of the house, in the order in which people meet them. */

import { buildCaseApp } from '@wederhoor/case/app'
import { caseMigrations } from '@wederhoor/case/migrations'
import { buildIntakeApp } from '@wederhoor/intake/app'
import { intakeMigrations } from '@wederhoor/intake/migrations'
import type { MigrateOptions } from '@wederhoor/postgres/migrate'
import type { ServiceApp } from '@wederhoor/runtime/service-app'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'

export interface HouseService {
  readonly name: ServiceName
  readonly migrations: MigrateOptions | undefined
  readonly build: (parts: ServiceParts) => Promise<ServiceApp>
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
]
