import { desksOn } from '@wederhoor/contracts/desks'
import type { DemoAccount } from '@wederhoor/identity/development-issuer'
import { accountOf } from '@wederhoor/simulation/run-year'
import { demoAccounts } from './accounts.ts'

/** Everybody of the demonstration, and one caseworker for each desk there is. */
export function simulatedAccounts(on: string): readonly DemoAccount[] {
  const caseworkers = desksOn(on).map(({ id }) => ({
    name: accountOf(id),
    subject: accountOf(id),
    person: accountOf(id),
    roles: ['caseworker'],
    desk: id,
    organisation: null,
  }))
  return [...demoAccounts, ...caseworkers]
}
