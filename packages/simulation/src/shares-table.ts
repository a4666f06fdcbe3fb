/** Generated against published: what the plan holds, beside the shares it follows. */
import * as shares from './shares.ts'
import type { PlannedMelding } from './year.ts'

export interface ShareRow {
  readonly what: string
  readonly generatedPercent: number
  readonly publishedPercent: number
}

export function sharesTable(plan: readonly PlannedMelding[]): readonly ShareRow[] {
  // A cluster has one ground and one terrein by nature, so the mix is compared on what lies outside it.
  const loose = plan.filter((one) => one.cluster === undefined)
  const first = (one: PlannedMelding, field: 'grounds' | 'terreinen' | 'natures'): string =>
    (one.classification[field] as readonly string[])[0] ?? ''
  const mix = (
    name: string,
    field: 'grounds' | 'terreinen' | 'natures',
    published: Readonly<Record<string, number>>,
  ) =>
    Object.entries(published)
      .filter(([, percent]) => percent >= 2)
      .map(([code, percent]) =>
        row(`${name} ${code}`, loose, (one) => first(one, field) === code, percent),
      )
  return [
    ...mix('grond', 'grounds', shares.groundShares),
    ...mix('terrein', 'terreinen', shares.terreinShares),
    ...mix('aard', 'natures', shares.natureShares),
    row('getuige', plan, (one) => one.melderKind === 'getuige', shares.witnessShare),
    row('anoniem', plan, (one) => one.anonymous, shares.anonymousShare),
    row('alleen melding', plan, (one) => !one.asksForHelp, shares.reportOnlyShare),
    row(
      'wederpartij werkt mee',
      plan,
      (one) => one.cooperation === 'cooperates',
      shares.cooperationShares.cooperates,
    ),
    row(
      'wederpartij zwijgt',
      plan,
      (one) => one.cooperation === 'silent',
      shares.cooperationShares.silent,
    ),
  ]
}

export function formatShares(rows: readonly ShareRow[]): string {
  const width = Math.max(...rows.map((one) => one.what.length))
  const lines = rows.map(
    ({ what, generatedPercent, publishedPercent }) =>
      `  ${what.padEnd(width)}  ${percent(generatedPercent)}  ${percent(publishedPercent)}`,
  )
  return [`  ${''.padEnd(width)}  generated  published`, ...lines, ''].join('\n')
}

const percent = (value: number): string => `${value.toFixed(1)} %`.padStart(9)

function row(
  what: string,
  of: readonly PlannedMelding[],
  holds: (one: PlannedMelding) => boolean,
  publishedPercent: number,
): ShareRow {
  const generatedPercent = of.length === 0 ? 0 : (100 * of.filter(holds).length) / of.length
  return { what, generatedPercent, publishedPercent }
}
