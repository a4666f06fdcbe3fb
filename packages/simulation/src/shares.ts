/**
 * Published shares that a generated year follows, in percent. Where a figure was published it is its year's; the rest is
 * our own construction around it, and no published table. Sources: the ADV, police and CRM figures of 2015–2025.
 */
export const groundShares = {
  'afkomst-huidskleur-ras': 47,
  'handicap-chronische-ziekte': 13,
  geslacht: 10,
  'seksuele-gerichtheid': 8,
  'niet-wettelijk': 6,
  godsdienst: 5,
  leeftijd: 4,
  nationaliteit: 3,
  antisemitisme: 2,
  levensovertuiging: 0.4,
  'politieke-overtuiging': 0.4,
  'burgerlijke-staat': 0.4,
  arbeidsduur: 0.4,
  'vast-of-tijdelijk-dienstverband': 0.4,
} as const

export const terreinShares = {
  arbeidsmarkt: 21,
  'collectieve-voorzieningen': 16,
  'commerciele-dienstverlening': 13,
  'buurt-wijk': 11,
  'openbare-ruimte': 9,
  onderwijs: 8,
  huisvesting: 5,
  'publieke-politieke-opinie': 5,
  'horeca-amusement': 4,
  'media-reclame': 3,
  'sport-recreatie': 2,
  'politie-om-vreemdelingendienst': 2,
  prive: 1,
} as const

export const natureShares = {
  'ongelijke-behandeling': 54,
  'vijandige-bejegening': 38,
  bedreiging: 5,
  geweld: 3,
} as const

export const channelShares = {
  formulier: 48,
  telefoon: 26,
  'e-mail': 12,
  'in-persoon': 5,
  app: 4,
  'via-gemeente': 3,
  'via-politie': 1,
  post: 1,
} as const

/** Who reports besides the victim. */
export const witnessShare = 15
const intermediaryShare = 4
const thirdPartyShare = 3
export const melderKindShares = {
  slachtoffer: 100 - witnessShare - intermediaryShare - thirdPartyShare,
  getuige: witnessShare,
  intermediair: intermediaryShare,
  'derde-met-toestemming': thirdPartyShare,
} as const

export const anonymousShare = 10
export const severalGroundsShare = 12
export const nonResidentShare = 8
/** Only registered, without a request for help. */
export const reportOnlyShare = 55
/** How often a respondent takes part, stays silent, or does something else: one bureau's research, and ours. */
export const cooperationShares = { cooperates: 20, silent: 50, other: 30 } as const

/** How desks answer an offer. Ours: no figure was published. */
export const deskAnswerShares = { accepts: 90, refuses: 5, silent: 5 } as const
/** A contact that ends without a case before any desk is asked. Ours. */
export const endsAtIntakeShare = 12
