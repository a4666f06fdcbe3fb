/** Figures, patterns and cooperation: what can be seen of the whole, without a person in it. */

import { isCodeValidOn, type ListName, labelOn, valueList } from '@wederhoor/contracts/lists'
import { municipalitiesOn, municipality } from '@wederhoor/contracts/municipalities'
import { organisation } from '@wederhoor/contracts/organisations'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { inputProblem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import type { z } from 'zod'
import { type CodeList, type Place, type Tables, type Unit, unknownPlace } from '../views/tables.ts'
import { office, outside, type SignallingRooms } from './rooms.ts'
import * as schema from './schemas.ts'

type Query = z.output<typeof schema.figuresQuery>

const definitions: Readonly<Record<Unit, string>> = {
  reports: 'Every report that was classified, also several about one event or by one person.',
  persons: 'Reports of a person who was not counted before for the same event.',
  events: 'Reports of an event that was not counted before.',
  clusters: 'Mass events, each once, however many reported it.',
}

const lists: Readonly<Record<CodeList, ListName>> = {
  ground: 'grond',
  terrein: 'terrein',
  nature: 'aard',
}

const silence = {
  code: 'no-reports-is-not-no-discrimination',
  text: 'A number that is not shown, or is low, does not say that there is no discrimination: people may not know where to report, or not dare to.',
}
const more = {
  code: 'more-reports-may-be-trust',
  text: 'More reports may mean that more people find the way to report. Experienced discrimination is counted; whether it is an offence is not.',
}
const several = {
  code: 'several-codes-per-report',
  text: 'One report may hold several codes: the parts add up to more than the total.',
}

const rule = (smallestGroup: number): string =>
  `Numbers below ${smallestGroup} are not shown, nor is another number of the same sum where one could be found by subtraction. Not shown may be zero, small, or shielding a small one.`

export function figureRoutes(app: Server, rooms: SignallingRooms): void {
  const everybody = roles('analyst', 'national-coordinator', ...outside)
  const smallest = (at: string): number =>
    rulingFor('draft-signal', at).settings.signalling.smallestGroup.value

  app.get(
    '/v1/figures',
    {
      config: { access: everybody },
      schema: {
        summary: 'How many, of what, where and when; up to the last report',
        querystring: schema.figuresQuery,
        response: { 200: schema.figures },
      },
    },
    async ({ query }) => {
      const { area, counts, by = null } = query
      if (query.municipality !== undefined && municipality(query.municipality) === undefined)
        throw inputProblem([
          { path: '/query/municipality', code: 'unknown-code', message: 'no such municipality' },
        ])
      const at = await rooms.clock.now()
      const period = query.month ?? query.year ?? at.slice(0, 4)
      const smallestGroup = smallest(at)
      const tables = await rooms.figures.tables(period.slice(0, 4), counts, smallestGroup)
      const total = tables.value(placeOf(query, period))
      return {
        counts,
        definition: definitions[counts],
        area,
        municipality: query.municipality ?? null,
        period,
        by,
        smallestGroup,
        rule: rule(smallestGroup),
        total,
        cells: by === null ? [] : cellsOf(query, by, period, tables),
        notes: [silence, more, ...(by !== null && by in lists ? [several] : [])],
      }
    },
  )

  app.get(
    '/v1/cooperation',
    {
      config: { access: everybody },
      schema: {
        summary: 'How organisations deal with a request to answer, by sector or region',
        querystring: schema.cooperationQuery,
        response: { 200: schema.cooperation },
      },
    },
    async ({ query }) => {
      const at = await rooms.clock.now()
      const period = query.year ?? at.slice(0, 4)
      const smallestGroup = smallest(at)
      return {
        counts: 'hearings' as const,
        definition:
          'Hearings with an organisation in which an answer, or none, was recorded; the last one counts.',
        by: query.by,
        period,
        smallestGroup,
        rule: rule(smallestGroup),
        cells: await rooms.cooperation.by(query.by, period, smallestGroup),
        notes: [silence],
      }
    },
  )

  app.get(
    '/v1/patterns',
    {
      config: { access: roles(...office) },
      schema: {
        summary:
          'Organisations that were named at several desks; never a person, and in no order of merit',
        response: { 200: schema.patterns },
      },
    },
    async () => {
      const found = await rooms.patterns.detected()
      return {
        patterns: found.map((one) => ({
          ...one,
          name: organisation(one.organisation)?.name ?? null,
        })),
      }
    },
  )
}

function placeOf(query: Query, period: string): Place {
  const { area: kind, municipality: code } = query
  return { period, area: code === undefined ? undefined : { kind, municipality: code } }
}

/** In the order of their codes: a list by number would be a ranking. */
function cellsOf(
  query: Query,
  by: z.output<typeof schema.by>,
  period: string,
  tables: Tables,
): z.output<typeof schema.figures>['cells'] {
  const whole = placeOf(query, period)
  const cell = (code: string, place: Place, name: string | null, inhabitants: number | null) => {
    const value = tables.value(place)
    return { code, name, inhabitants, value, note: value === null ? silence.code : null }
  }
  switch (by) {
    case 'month':
      return months.map((one) => {
        const month = `${period}-${one}`
        return cell(month, { ...whole, period: month }, null, null)
      })
    case 'municipality': {
      const on = `${period.slice(0, 4)}-01-01`
      const { area: kind, region } = query
      const known = municipalitiesOn(on).filter(
        (one) => region === undefined || one.region === region,
      )
      const rows = known.map(({ code, name, inhabitants }) =>
        cell(code, { ...whole, area: { kind, municipality: code } }, name, inhabitants),
      )
      const nowhere = { ...whole, area: { kind, municipality: unknownPlace } }
      return region === undefined ? [...rows, cell(unknownPlace, nowhere, null, null)] : rows
    }
    case 'ground':
    case 'terrein':
    case 'nature':
      return codesOf(by, period, tables).map(({ code, name }) =>
        cell(code, { ...whole, code: { list: by, code } }, name, null),
      )
  }
}

const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'))

/** Codes of the list that were valid in the period, and those that are no longer on it but were counted. */
function codesOf(list: CodeList, period: string, tables: Tables) {
  const on = `${period.length === 4 ? `${period}-12` : period}-28`
  return valueList(lists[list])
    .items.filter((item) => isCodeValidOn(lists[list], item.code, on) || tables.seen.has(item.code))
    .map((item) => ({ code: item.code, name: labelOn(item, 'nl', on) }))
    .toSorted((left, right) => (left.code < right.code ? -1 : 1))
}
