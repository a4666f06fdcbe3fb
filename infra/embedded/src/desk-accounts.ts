import { desksOn } from '@wederhoor/contracts/desks'
import { chainPartnersOn } from '@wederhoor/contracts/partners'
import type { DemoAccount } from '@wederhoor/identity/development-issuer'
import { accountOf, colleagueOf, partnerAccountOf } from '@wederhoor/simulation/follow-up/tale'
import { demoAccounts } from './accounts.ts'

/** Everybody of the demonstration, two caseworkers for each desk there is, and somebody at each chain partner. */
export function simulatedAccounts(on: string): readonly DemoAccount[] {
  const caseworkers = desksOn(on).flatMap(({ id }) =>
    [accountOf(id), colleagueOf(id)].map((name) => account(name, 'caseworker', { desk: id })),
  )
  const partners = chainPartnersOn(on).map(({ code }) =>
    account(partnerAccountOf(code), 'partner', { organisation: code }),
  )
  return [...demoAccounts, ...caseworkers, ...partners]
}

const account = (
  name: string,
  role: string,
  at: { readonly desk?: string; readonly organisation?: string },
): DemoAccount => ({
  name,
  subject: name,
  person: name,
  roles: [role],
  desk: at.desk ?? null,
  organisation: at.organisation ?? null,
})
