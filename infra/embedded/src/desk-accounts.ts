import { desksOn } from '@wederhoor/contracts/desks'
import { chainPartnersOn } from '@wederhoor/contracts/partners'
import { type DemoAccount, demoAccount } from '@wederhoor/identity/development-issuer'
import { accountOf, colleagueOf, partnerAccountOf } from '@wederhoor/simulation/follow-up/tale'
import { demoAccounts } from './accounts.ts'

/** Everybody of the demonstration, two caseworkers for each desk there is, and somebody at each chain partner. */
export function simulatedAccounts(on: string): readonly DemoAccount[] {
  const caseworkers = desksOn(on).flatMap(({ id }) =>
    [accountOf(id), colleagueOf(id)].map((name) =>
      demoAccount({ name, roles: ['caseworker'], desk: id }),
    ),
  )
  const partners = chainPartnersOn(on).map(({ code }) =>
    demoAccount({ name: partnerAccountOf(code), roles: ['partner'], organisation: code }),
  )
  return [...demoAccounts, ...caseworkers, ...partners]
}
