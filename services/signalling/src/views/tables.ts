/**
 * Figures: how many reports, persons, events or clusters, per area, month, ground, terrein and nature. All tables of a year
 * are made together, so that a number which one of them withholds cannot be had by subtracting two others.
 */
import { type CellName, type Sum, withheld } from './withholding.ts'

/** What a figure counts: never added up with one another. */
export const units = ['reports', 'persons', 'events', 'clusters'] as const
export type Unit = (typeof units)[number]
export const areas = ['incident', 'residence'] as const
export type Area = (typeof areas)[number]
export const codeLists = ['ground', 'terrein', 'nature'] as const
export type CodeList = (typeof codeLists)[number]

/** A counted report without what nobody asks of it. */
export interface Report {
  readonly count: string
  readonly month: string
  readonly incident: string | null
  readonly residence: string | null
  readonly ground: readonly string[]
  readonly terrein: readonly string[]
  readonly nature: readonly string[]
  readonly newPerson: boolean
  readonly newEvent: boolean
  readonly cluster: string | null
}

/** Where a number stands: an area or all of them, a month or its whole year, a code or all of them. */
export interface Place {
  readonly area?: { readonly kind: Area; readonly municipality: string } | undefined
  readonly period: string
  readonly code?: { readonly list: CodeList; readonly code: string } | undefined
}

export interface Tables {
  /** Null: withheld, which also says nothing about whether there is anything. */
  value(place: Place): number | null
  /** Codes and municipalities that occur at all in the year, shown or not. */
  readonly seen: ReadonlySet<string>
}

/** Reports without a place are counted under it. */
export const unknownPlace = 'unknown'

export function tablesOf(reports: readonly Report[], unit: Unit, smallestGroup: number): Tables {
  const numbers = new Map<CellName, number>()
  const sums = new Map<string, { whole: CellName; parts: Set<CellName> }>()
  const seen = new Set<string>()
  const counted = new Set<string>()
  for (const report of reports) {
    const counts = countedAs(report, unit)
    if (counts === undefined) continue
    for (const place of placesOf(report)) {
      const name = nameOf(place)
      // Only a cluster is met more than once.
      if (unit === 'clusters' && counted.size === counted.add(`${counts} ${name}`).size) continue
      const before = numbers.get(name)
      numbers.set(name, (before ?? 0) + 1)
      if (before !== undefined) continue
      if (place.area !== undefined) seen.add(place.area.municipality)
      if (place.code !== undefined) seen.add(place.code.code)
      for (const { key, whole } of sumsWith(place)) {
        const sum = sums.get(key) ?? { whole: nameOf(whole), parts: new Set() }
        sum.parts.add(name)
        sums.set(key, sum)
      }
    }
  }
  const asSums: readonly Sum[] = [...sums.values()].map(({ whole, parts }) => ({
    whole,
    parts: [...parts],
  }))
  const hidden = withheld(numbers, asSums, smallestGroup)
  const shown = new Map([...numbers].filter(([name]) => !hidden.has(name)))
  return { seen, value: (place) => shown.get(nameOf(place)) ?? null }
}

/** What one report adds to a figure: the same name twice counts once; undefined adds nothing. */
function countedAs(report: Report, unit: Unit): string | undefined {
  switch (unit) {
    case 'reports':
      return report.count
    case 'persons':
      return report.newPerson ? report.count : undefined
    case 'events':
      return report.newEvent ? report.count : undefined
    case 'clusters':
      return report.cluster ?? undefined
  }
}

function placesOf(report: Report): readonly Place[] {
  const where: readonly Place['area'][] = [
    undefined,
    ...areas.map((kind) => ({ kind, municipality: report[kind] ?? unknownPlace })),
  ]
  const codes: readonly Place['code'][] = [
    undefined,
    ...codeLists.flatMap((list) => [...new Set(report[list])].map((code) => ({ list, code }))),
  ]
  return [report.month, yearOf(report.month)].flatMap((period) =>
    where.flatMap((area) => codes.map((code) => ({ area, period, code }))),
  )
}

/** The sums that a number is a part of: over areas, over the months of a year, over the codes of a list. */
function sumsWith(place: Place): readonly { readonly key: string; readonly whole: Place }[] {
  const { area, period, code } = place
  const over = (axis: string, whole: Place) => ({ key: `${axis} ${nameOf(whole)}`, whole })
  return [
    ...(area === undefined ? [] : [over(area.kind, { period, code })]),
    ...(period.length === YEAR_LENGTH
      ? []
      : [over('month', { area, period: yearOf(period), code })]),
    ...(code === undefined ? [] : [over(code.list, { area, period })]),
  ]
}

const YEAR_LENGTH = 4
export const yearOf = (period: string): string => period.slice(0, YEAR_LENGTH)

const nameOf = ({ area, period, code }: Place): CellName =>
  [
    area === undefined ? 'all' : `${area.kind}:${area.municipality}`,
    period,
    code === undefined ? 'all' : `${code.list}:${code.code}`,
  ].join('|')
