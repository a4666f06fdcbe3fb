/**
 * What a type of entry is called in Dutch: its noun from the glossary or from here, its participle from here. A type whose
 * words are not all known keeps its own name: a wrong translation is worse than none.
 */
import { dutchTerm } from '@wederhoor/contracts/glossary'

const participles: Readonly<Record<string, string>> = {
  Accepted: 'aanvaard',
  Added: 'toegevoegd',
  'Added To': 'aangevuld',
  Agreed: 'stemt in',
  Answered: 'beantwoord',
  Asked: 'gesteld',
  Begun: 'begonnen',
  Cancelled: 'vervallen',
  Changed: 'gewijzigd',
  Checked: 'nagerekend',
  Chosen: 'gekozen',
  Classified: 'ingedeeld',
  Closed: 'gesloten',
  Completed: 'voltooid',
  Counted: 'geteld',
  Declined: 'geweigerd',
  Detached: 'losgemaakt',
  Dispatched: 'verzonden',
  Done: 'afgerond',
  Drafted: 'opgesteld',
  Dropped: 'vervallen',
  Ended: 'beëindigd',
  Erased: 'gewist',
  Escalated: 'opgeschaald',
  Extended: 'verlengd',
  Failed: 'mislukt',
  Final: 'definitief',
  Given: 'gegeven',
  Granted: 'verleend',
  Incomplete: 'onvolledig',
  Lapsed: 'verlopen',
  Left: 'vertrokken',
  Lifted: 'opgeheven',
  Lost: 'vervallen',
  Made: 'gemaakt',
  Named: 'aangewezen',
  Noted: 'genoteerd',
  Offered: 'aangeboden',
  Opened: 'geopend',
  Overdue: 'te laat',
  Placed: 'geplaatst',
  Pointed: 'gewezen',
  Prepared: 'voorbereid',
  Proposed: 'voorgesteld',
  Proven: 'bewezen',
  Recalled: 'teruggehaald',
  Received: 'ontvangen',
  Recorded: 'vastgelegd',
  Refused: 'geweigerd',
  Registered: 'geregistreerd',
  Released: 'vrijgegeven',
  Reopened: 'heropend',
  Reported: 'gemeld',
  Requested: 'gevraagd',
  Retracted: 'ingetrokken',
  Reviewed: 'getoetst',
  Revised: 'herzien',
  Rotated: 'gewisseld',
  Sealed: 'verzegeld',
  Seen: 'gezien',
  Sent: 'verstuurd',
  Set: 'vastgelegd',
  Skipped: 'overgeslagen',
  Started: 'gestart',
  Wished: 'gewenst',
  Withdrawn: 'ingetrokken',
  Withheld: 'ingehouden',
}

/** Words of types that the glossary has no entry for. */
const nouns: Readonly<Record<string, string>> = {
  act: 'handeling',
  agreement: 'overeenkomst',
  contact: 'contact',
  delivery: 'bezorging',
  document: 'stuk',
  draft: 'concept',
  epoch: 'tijdvak',
  file: 'bestand',
  'first contact': 'eerste contact',
  ledger: 'grootboek',
  'legal view': 'juridische kijk',
  'log key': 'logsleutel',
  'log key rotation': 'wisseling van de logsleutel',
  party: 'partij',
  person: 'persoon',
  question: 'vraag',
  reaction: 'reactie',
  reply: 'antwoord',
  session: 'sessie',
  statement: 'verklaring',
  successor: 'opvolger',
  term: 'termijn',
  verification: 'narekening',
}

/** `HandoverAccepted` → `overdracht aanvaard`. */
export function dutchStep(type: string): string | undefined {
  const words = type.split(/(?=[A-Z])/)
  for (const count of [2, 1]) {
    const participle = participles[words.slice(-count).join(' ')]
    const term = words.slice(0, -count).join(' ').toLowerCase()
    const noun = dutchTerm(term) ?? nouns[term]
    if (participle !== undefined && noun !== undefined) return `${noun} ${participle}`
  }
  return undefined
}
