/** The people of the demonstration. Their tokens are signed by the development issuer; none of them exists. */
import {
  type DemoAccount,
  demoAccount,
  type GivenAccount,
} from '@wederhoor/identity/development-issuer'

interface Person extends GivenAccount {
  readonly what: string
}

const people: readonly Person[] = [
  {
    name: 'door',
    roles: ['intake-worker'],
    desk: 'landelijk',
    what: 'answers the national number',
  },
  {
    name: 'nora',
    roles: ['national-coordinator'],
    desk: 'landelijk',
    what: 'assigns what no desk has taken',
  },
  { name: 'anna', roles: ['caseworker'], desk: 'loket-utrecht', what: 'caseworker in Utrecht' },
  {
    name: 'ayse',
    roles: ['caseworker'],
    desk: 'loket-utrecht',
    what: 'caseworker in Utrecht, her colleague',
  },
  { name: 'tess', roles: ['team-lead'], desk: 'loket-utrecht', what: 'team lead in Utrecht' },
  { name: 'mila', roles: ['mediator'], desk: 'loket-utrecht', what: 'hears both sides, mediates' },
  { name: 'bram', roles: ['caseworker'], desk: 'loket-rotterdam', what: 'caseworker in Rotterdam' },
  {
    name: 'ruud',
    roles: ['mediator'],
    desk: 'loket-rotterdam',
    what: 'hears both sides in Rotterdam',
  },
  { name: 'famke', roles: ['caseworker'], desk: 'loket-fryslan', what: 'caseworker in Fryslân' },
  {
    name: 'gijs',
    roles: ['caseworker'],
    desk: 'loket-gooi-vechtstreek',
    what: 'the one person of a small desk',
  },
  {
    name: 'paul',
    roles: ['partner'],
    organisation: 'politie-midden-nederland',
    what: 'police, a chain partner',
  },
  {
    name: 'vera',
    roles: ['partner'],
    organisation: 'slachtofferhulp',
    what: 'victim support, a chain partner',
  },
  { name: 'sara', roles: ['analyst'], desk: 'landelijk', what: 'sees figures, drafts signals' },
  { name: 'stef', roles: ['analyst'], desk: 'landelijk', what: 'approves what Sara drafted' },
  {
    name: 'minister',
    roles: ['addressee'],
    organisation: 'szw',
    what: 'a ministry that answers signals',
  },
  { name: 'olga', roles: ['auditor'], what: 'replays any dossier' },
  { name: 'ivo', roles: ['inspector'], what: 'checks the ledgers from outside the house' },
  {
    name: 'fenna',
    roles: ['privacy-officer'],
    desk: 'landelijk',
    what: 'decides about erasures, handles no dossier',
  },
  {
    name: 'govert',
    roles: ['privacy-officer'],
    desk: 'landelijk',
    what: 'decides where Fenna asked or lifted a hold',
  },
]

export const demoAccounts: readonly (DemoAccount & { readonly what: string })[] = people.map(
  ({ what, ...given }) => ({ ...demoAccount(given), what }),
)
