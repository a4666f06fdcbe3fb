/** How respondents deal with a request, by sector and region (WED-04): hearings with an organisation, never a person. */

import type { MediationPublished } from '@wederhoor/contracts/events/mediation'
import { municipality } from '@wederhoor/contracts/municipalities'
import { organisation } from '@wederhoor/contracts/organisations'
import { unlinkableId } from '@wederhoor/identity/unlinkable-id'
import type { Pool, PoolClient } from 'pg'
import { withheld } from './withholding.ts'

type HearingHeard = Extract<MediationPublished, { name: 'hearing-opened' | 'cooperation-recorded' }>

export const sides = ['sector', 'region'] as const
export type Side = (typeof sides)[number]

/** Null: fewer than the smallest group, or none. */
export interface CooperationCell {
  readonly code: string
  readonly hearings: number | null
  readonly byCooperation: { readonly code: string; readonly hearings: number | null }[]
}

export async function addHearing(
  event: HearingHeard,
  pepper: Uint8Array,
  tx: PoolClient,
): Promise<void> {
  const hearing = unlinkableId(pepper, 'hearing', event.hearing)
  if (event.name === 'cooperation-recorded') {
    await tx.query('UPDATE signalling.hearing SET cooperation = $2 WHERE hearing = $1', [
      hearing,
      event.cooperation,
    ])
    return
  }
  const { organisation: id = '' } = event
  const found = organisation(id)
  if (found?.legalPerson !== true) return
  const branch = found.branches.find((one) => id.endsWith(`-${one.number}`))
  const region = branch === undefined ? null : municipality(branch.municipality)?.region
  await tx.query(
    `INSERT INTO signalling.hearing (hearing, sector, region, month) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [hearing, found.sector, region ?? null, event.at.slice(0, 7)],
  )
}

export function cooperationViews(db: Pool) {
  return {
    async by(side: Side, year: string, smallestGroup: number): Promise<CooperationCell[]> {
      const { rows } = await db.query<{ code: string; answer: string; hearings: number }>(
        `SELECT coalesce(${side}, 'unknown') AS code, cooperation AS answer, count(*)::integer AS hearings
         FROM signalling.hearing
         WHERE cooperation IS NOT NULL AND month >= $1 AND month < $2 GROUP BY 1, 2 ORDER BY 1, 2`,
        [year, String(Number(year) + 1)],
      )
      return cellsOf(rows, smallestGroup)
    },
  }
}

export type CooperationViews = ReturnType<typeof cooperationViews>

/** The number beside the parts, so that 3 of 300 does not read as 3 of 3. */
export function cellsOf(
  rows: readonly { readonly code: string; readonly answer: string; readonly hearings: number }[],
  smallestGroup: number,
): CooperationCell[] {
  const numbers = new Map<string, number>()
  const parts = new Map<string, string[]>()
  for (const { code, answer, hearings } of rows) {
    numbers.set(code, (numbers.get(code) ?? 0) + hearings)
    numbers.set(`${code} ${answer}`, hearings)
    parts.set(code, [...(parts.get(code) ?? []), answer])
  }
  const sums = [...parts].map(([whole, answers]) => ({
    whole,
    parts: answers.map((answer) => `${whole} ${answer}`),
  }))
  const hidden = withheld(numbers, sums, smallestGroup)
  const shown = (name: string) => (hidden.has(name) ? null : (numbers.get(name) ?? null))
  return [...parts].map(([code, answers]) => ({
    code,
    hearings: shown(code),
    byCooperation: answers.map((answer) => ({
      code: answer,
      hearings: shown(`${code} ${answer}`),
    })),
  }))
}
