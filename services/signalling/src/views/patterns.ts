/** Which organisations are a pattern. What is named and no pattern is held here and never shown. */
import type { Pool, PoolClient } from 'pg'
import type { PatternEvent } from '../domain/events.ts'

export interface PatternRow {
  readonly pattern: string
  /** Register number. */
  readonly organisation: string
  readonly desks: number
  readonly reports: number
  readonly detectedAt: string
}

export async function evolvePatternView(event: PatternEvent, tx: PoolClient): Promise<void> {
  switch (event.type) {
    case 'OrganisationNamed':
      await tx.query(
        `INSERT INTO signalling.pattern AS p (pattern, organisation, desks, reports) VALUES ($1, $2, ARRAY[$3], 1)
         ON CONFLICT (pattern) DO UPDATE SET reports = p.reports + 1,
           desks = ARRAY(SELECT DISTINCT unnest(p.desks || excluded.desks))`,
        [event.pattern, event.organisation, event.desk],
      )
      return
    case 'PatternDetected':
      await tx.query('UPDATE signalling.pattern SET detected_at = $2 WHERE pattern = $1', [
        event.pattern,
        event.at,
      ])
      return
  }
}

interface Row extends Omit<PatternRow, 'detectedAt'> {
  readonly detected_at: Date
}

export function patternViews(db: Pool) {
  async function rows(where: string, values: readonly string[]): Promise<readonly PatternRow[]> {
    const found = await db.query<Row>(
      `SELECT pattern, organisation, cardinality(desks) AS desks, reports, detected_at FROM signalling.pattern
       WHERE detected_at IS NOT NULL AND ${where} ORDER BY detected_at, pattern`,
      [...values],
    )
    return found.rows.map(({ detected_at, ...row }) => ({
      ...row,
      detectedAt: detected_at.toISOString(),
    }))
  }
  return {
    /** In the order in which they were detected: no ranking. */
    detected: () => rows('true', []),
    async one(pattern: string): Promise<PatternRow | undefined> {
      return (await rows('pattern = $1', [pattern]))[0]
    },
  }
}

export type PatternViews = ReturnType<typeof patternViews>
