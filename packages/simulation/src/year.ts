/** A seeded national year of reports: who reports what, where, how, and how the desks will answer. Pure. */
import { deskServing, isUnconnected, neighbouringDesk } from '@wederhoor/contracts/desks'
import { type Municipality, municipalitiesOn } from '@wederhoor/contracts/municipalities'
import { organisations } from '@wederhoor/contracts/organisations'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import * as shares from './shares.ts'

export interface PlannedMelding {
  readonly index: number
  /** ISO instant in UTC. */
  readonly at: string
  /** Idempotency key: the same seed makes the same one. */
  readonly key: string
  readonly body: Readonly<Record<string, unknown>>
  readonly classification: Readonly<Record<string, unknown>>
  readonly anonymous: boolean
  readonly melderKind: string
  readonly cluster: string | undefined
  readonly endsAtIntake: boolean
  /** How the first desk that is asked answers; later ones accept, unless they are silent too. */
  readonly deskAnswer: 'accepts' | 'refuses' | 'silent'
  readonly secondAnswer: 'accepts' | 'refuses' | 'silent'
  readonly asksForHelp: boolean
  readonly cooperation: 'cooperates' | 'silent' | 'other'
  readonly unconnected: boolean
}

export interface YearOptions {
  readonly meldingen: number
  readonly year: number
  readonly seed: string
}

/** One event that many people report within days: about a third of the reports of 2024 were of clusters. */
const CLUSTER_SHARE = 0.35
const CLUSTER_DAYS = 4
/** Where hardly anybody reports: not because nothing happens there. */
const SILENT_PROVINCE = 'Zeeland'
const SILENT_WEIGHT = 0.05

export function planYear({ meldingen, year, seed }: YearOptions): readonly PlannedMelding[] {
  const random = seededRandom(`${seed}/${year}/${meldingen}`)
  const places = placesOf(year)
  const clusterSize = meldingen >= 200 ? Math.round(meldingen * CLUSTER_SHARE) : 0
  const cluster = clusterOf(random.fork('cluster'), year)
  const planned = Array.from({ length: meldingen }, (_, index) => {
    const own = random.fork(`melding-${index}`)
    const inCluster = index < clusterSize
    return planMelding({ own, year, place: places(own), cluster: inCluster ? cluster : undefined })
  })
  return planned
    .sort((left, right) =>
      left.at < right.at ? -1 : left.at > right.at ? 1 : left.key < right.key ? -1 : 1,
    )
    .map((one, index) => ({ ...one, index }))
}

interface Cluster {
  readonly id: string
  readonly startMs: number
  readonly ground: string
  readonly terrein: string
}

function clusterOf(random: SeededRandom, year: number): Cluster {
  const hex = random.hex128()
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
  const startMs = Date.UTC(year, 1 + random.below(9), 1 + random.below(27))
  return { id, startMs, ground: 'afkomst-huidskleur-ras', terrein: 'publieke-politieke-opinie' }
}

/** Drawn by inhabitants, but for a region where nearly nobody reports. */
function placesOf(year: number): (random: SeededRandom) => Municipality {
  const all = municipalitiesOn(`${year}-06-01`)
  const weights = all.map(
    (one) => one.inhabitants * (one.province === SILENT_PROVINCE ? SILENT_WEIGHT : 1),
  )
  const sums: number[] = []
  let total = 0
  for (const weight of weights) {
    total += weight
    sums.push(total)
  }
  return (random) => {
    const drawn = random.next() * total
    const found = all[sums.findIndex((sum) => drawn < sum)]
    if (found === undefined) throw new RangeError('no place was drawn')
    return found
  }
}

function planMelding(of: {
  readonly own: SeededRandom
  readonly year: number
  readonly place: Municipality
  readonly cluster: Cluster | undefined
}): PlannedMelding {
  const { own, year, place, cluster } = of
  const at = momentOf(own, year, cluster)
  const ground = cluster?.ground ?? own.weighted(shares.groundShares)
  const terrein = cluster?.terrein ?? own.weighted(shares.terreinShares)
  const second = own.weighted(shares.groundShares)
  const several = own.chance(shares.severalGroundsShare / 100)
  const melderKind = own.weighted(shares.melderKindShares)
  const anonymous = own.chance(shares.anonymousShare / 100)
  const elsewhere = own.chance(shares.nonResidentShare / 100)
  const unconnected = isUnconnected(place.code, at)
  const organisation =
    cluster === undefined && terrein === 'arbeidsmarkt'
      ? organisationNear(own, place, at)
      : undefined
  const incident = terrein === 'publieke-politieke-opinie' ? 'not-applicable' : place.code
  return {
    index: 0,
    at,
    key: own.hex128(),
    anonymous,
    melderKind,
    unconnected,
    cluster: cluster?.id,
    endsAtIntake: !unconnected && own.chance(shares.endsAtIntakeShare / 100),
    deskAnswer: own.weighted(shares.deskAnswerShares),
    secondAnswer: own.weighted(shares.deskAnswerShares),
    asksForHelp: !own.chance(shares.reportOnlyShare / 100),
    cooperation: own.weighted(shares.cooperationShares),
    body: {
      story: storyOf(ground, terrein, own),
      acuteDanger: own.chance(0.01),
      channel: own.weighted(shares.channelShares),
      melderKind,
      victimConsents: melderKind === 'slachtoffer' || melderKind === 'derde-met-toestemming',
      residence: place.code,
      incidentPlace: incident,
      ...(anonymous
        ? {}
        : { contact: { phone: `06${String(10_000_000 + own.below(89_999_999))}` } }),
      ...(place.province === 'Fryslân' && own.chance(0.3) ? { language: 'fy' } : {}),
    },
    classification: {
      grounds: several && second !== ground ? [ground, second] : [ground],
      terreinen: [terrein],
      natures: [own.weighted(shares.natureShares)],
      ...(elsewhere ? {} : { residence: place.code }),
      incident,
      newPerson: true,
      newEvent: cluster === undefined && melderKind !== 'getuige',
      ...(cluster === undefined ? {} : { cluster: cluster.id }),
      ...(organisation === undefined ? {} : { organisation }),
    },
  }
}

function momentOf(own: SeededRandom, year: number, cluster: Cluster | undefined): string {
  const dayMs = 86_400_000
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / dayMs
  const startMs =
    cluster === undefined
      ? Date.UTC(year, 0, 1) + own.below(days) * dayMs
      : cluster.startMs + own.below(CLUSTER_DAYS) * dayMs
  return new Date(startMs + 7 * 3_600_000 + own.below(13 * 3_600_000)).toISOString()
}

/** The branch of a well-known organisation in the same desk's area, so that one is named at several desks. */
function organisationNear(own: SeededRandom, place: Municipality, at: string): string | undefined {
  if (!own.chance(0.25)) return undefined
  const desk = deskServing(place.code, at) ?? neighbouringDesk('landelijk', at)
  const near = organisations
    .filter((one) => one.legalPerson)
    .flatMap((one) => one.branches.map((branch) => ({ number: one.number, branch })))
    .filter(({ branch }) => deskServing(branch.municipality, at) === desk)
  if (near.length === 0) return undefined
  const { number, branch } = own.pick(near)
  return `${number}-${branch.number}`
}

/** Plain generated words: no text of a real person. */
function storyOf(ground: string, terrein: string, own: SeededRandom): string {
  const openings = ['Vorige week', 'Gisteren', 'Al maanden', 'Vanochtend', 'Ôfrûne wike']
  const ends = [
    'Ik weet niet wat ik moet doen.',
    'Het moet stoppen.',
    'Ik wil dat iemand het weet.',
    'Help.',
  ]
  return `${own.pick(openings)} overkwam mij dit (${terrein}, ${ground}). ${own.pick(ends)}`
}
