/** Keeps counted reports, one row each, and the tables that are made from a year of them. */
import type { IntakePublished } from '@wederhoor/contracts/events/intake'
import type { Pool, PoolClient } from 'pg'
import { type Report, type Tables, tablesOf, type Unit } from './tables.ts'

/** The same count twice is one row. */
export async function addReport(
  event: Extract<IntakePublished, { name: 'report-counted' }>,
  tx: PoolClient,
): Promise<void> {
  await tx.query(
    `INSERT INTO signalling.report (count, month, residence, incident, grounds, terreinen, natures, melder_kind, desk,
       new_person, new_event, cluster)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
    [
      event.count,
      event.month,
      event.residence ?? null,
      event.incident ?? null,
      event.grounds,
      event.terreinen,
      event.natures,
      event.melderKind,
      event.desk,
      event.newPerson,
      event.newEvent,
      event.cluster ?? null,
    ],
  )
}

/** Tables of this many years and units are kept between two reports. */
const KEPT_MAX = 16
/** Tables that take longer to make than this are kept a while longer, so that making them stays a small share of the time. */
const SLOW_MS = 50
const SHARE = 20

interface Kept {
  readonly size: number
  readonly tables: Promise<Tables>
  untilMs: number
}

export function figuresViews(db: Pool) {
  const kept = new Map<string, Kept>()

  async function sizeOf(year: string): Promise<number> {
    const { rows } = await db.query<{ size: number }>(
      `SELECT count(*)::integer AS size FROM signalling.report WHERE month >= $1 AND month < $2`,
      span(year),
    )
    return rows[0]?.size ?? 0
  }

  async function reportsOf(year: string): Promise<readonly Report[]> {
    const { rows } = await db.query<Report>(
      `SELECT count, month, incident, residence, grounds AS ground, terreinen AS terrein, natures AS nature,
         new_person AS "newPerson", new_event AS "newEvent", cluster
       FROM signalling.report WHERE month >= $1 AND month < $2`,
      span(year),
    )
    return rows
  }

  return {
    /**
     * Up to date to the last report; where a year is so large that its tables take long to make, to some seconds.
     * `smallestGroup` is the policy's.
     */
    async tables(year: string, unit: Unit, smallestGroup: number): Promise<Tables> {
      const key = `${year} ${unit} ${smallestGroup}`
      // Rows are only ever added: as many as before are the same ones.
      const size = await sizeOf(year)
      const before = kept.get(key)
      if (before !== undefined && (before.size === size || performance.now() < before.untilMs))
        return before.tables
      const making: Kept = { size, untilMs: Number.POSITIVE_INFINITY, tables: make() }
      kept.delete(key)
      kept.set(key, making)
      const oldest = kept.keys().next().value
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
      return making.tables

      async function make(): Promise<Tables> {
        try {
          const reports = await reportsOf(year)
          const startedMs = performance.now()
          const tables = tablesOf(reports, unit, smallestGroup)
          const tookMs = performance.now() - startedMs
          making.untilMs = tookMs > SLOW_MS ? performance.now() + SHARE * tookMs : 0
          return tables
        } catch (error) {
          kept.delete(key)
          throw error
        }
      }
    },
  }
}

export type FiguresViews = ReturnType<typeof figuresViews>

const span = (year: string): string[] => [year, String(Number(year) + 1)]
