/** The HTTP contract of signalling. Every number says what it counts; null says nothing, least of all that all is well. */
import { z } from 'zod'
import { progress, text as writtenText } from '../domain/events.ts'
import { sides } from '../views/cooperation.ts'
import { areas, units } from '../views/tables.ts'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const municipality = z.string().regex(/^GM\d{4}$/)
const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .brand<'Month'>()
const year = z.string().regex(/^20\d{2}$/)
const instant = z.iso.datetime()
const date = z.iso.date().brand<'LocalDate'>()
const text = writtenText.describe('About figures and organisations; no names of persons.')
const count = z.int().nullable()

export const by = z.enum(['ground', 'terrein', 'nature', 'month', 'municipality'])

export const figuresQuery = z
  .strictObject({
    month: month.optional(),
    year: year.optional().describe('A whole year; this year when neither is given.'),
    area: z.enum(areas).default('incident').describe('Where it happened, or where people live.'),
    municipality: municipality.optional().describe('Left out: the whole country.'),
    by: by.optional(),
    counts: z.enum(units).default('reports'),
    region: z
      .string()
      .regex(/^VR\d{2}$/)
      .optional()
      .describe('With by=municipality: neighbours in this safety region only.'),
  })
  .refine((query) => query.month === undefined || query.year === undefined, {
    path: ['year'],
    message: 'a month or a year, not both',
  })
  .refine((query) => query.by !== 'month' || query.month === undefined, {
    path: ['by'],
    message: 'a month is not divided into months',
  })
  .refine((query) => query.by !== 'municipality' || query.municipality === undefined, {
    path: ['by'],
    message: 'a municipality is not divided into municipalities',
  })

const note = z.object({ code: z.string(), text: z.string() })

export const figures = z.object({
  counts: z.enum(units),
  definition: z.string(),
  area: z.enum(areas),
  municipality: municipality.nullable(),
  period: z.string(),
  by: by.nullable(),
  smallestGroup: z.int(),
  rule: z.string().describe('Which numbers are withheld.'),
  total: count,
  cells: z.array(
    z.object({
      code: z.string(),
      name: z.string().nullable(),
      inhabitants: z.int().nullable().describe('To compare with municipalities of its size.'),
      value: count,
      note: z.string().nullable(),
    }),
  ),
  notes: z.array(note),
})

export const cooperationQuery = z.strictObject({
  by: z.enum(sides).default('sector'),
  year: year.optional(),
})

const hearings = count.describe('Hearings with an organisation.')
export const cooperation = z.object({
  counts: z.literal('hearings'),
  definition: z.string(),
  by: z.enum(sides),
  period: z.string(),
  smallestGroup: z.int(),
  rule: z.string(),
  cells: z.array(
    z.object({
      code: z.string(),
      hearings,
      byCooperation: z.array(z.object({ code: z.string(), hearings })),
    }),
  ),
  notes: z.array(note),
})

export const patterns = z.object({
  patterns: z.array(
    z.object({
      pattern: z.uuid(),
      organisation: z.string(),
      name: z.string().nullable(),
      desks: z.int(),
      reports: z.int(),
      detectedAt: instant,
    }),
  ),
})

export const signalParams = z.object({ signal: z.uuid() })
export const adviceParams = signalParams.extend({ advice: z.uuid() })

export const draft = z.strictObject({
  addressee: z
    .string()
    .regex(/^([a-z]{2,10}|GM\d{4}|gm\d{4})$/)
    .optional()
    .describe('A ministry or municipality. Left out: the ministry that leads in the terrein.'),
  pattern: z.uuid().optional().describe('Left out: the signal rests on figures.'),
  terrein: code.optional(),
  from: month,
  until: month,
  text,
})
export const revision = z.strictObject({ text })
export const answer = z.strictObject({ action: code, plannedOn: date.optional(), text })
export const followUp = z.strictObject({
  progress,
  nextOn: date.optional().describe('When somebody asks again.'),
  text,
})

const optionalInstant = instant.nullable()
export const signal = z.object({
  signal: z.uuid(),
  status: z.enum(['drafted', 'approved', 'sent', 'overdue', 'answered']),
  addressee: z.string(),
  basis: z.enum(['pattern', 'figures']),
  pattern: z.uuid().nullable(),
  terrein: z.string().nullable(),
  from: z.string(),
  until: z.string(),
  draftedAt: instant,
  sentAt: optionalInstant,
  dueAt: optionalInstant,
  receivedAt: optionalInstant,
  overdueAt: optionalInstant,
  answeredAt: optionalInstant,
  action: z.string().nullable(),
  plannedOn: z.iso.date().nullable(),
  followUpDueAt: optionalInstant,
  followUpFellDue: z.boolean(),
  progress: z.string().nullable(),
  advice: z.uuid().nullable(),
  adviceDueAt: optionalInstant,
  adviceOverdue: z.boolean(),
})
export const signalList = z.object({ signals: z.array(signal) })
export const signalQuery = z.strictObject({
  escalated: z.stringbool().default(false).describe('Office only: what waits too long.'),
})

export const opened = z.object({
  signal: z.uuid(),
  lines: z.array(
    z.object({
      type: z.string(),
      at: instant,
      role: z.string(),
      facts: z.record(z.string(), z.unknown()),
      text: z.string().nullable().describe('Opened from the vault; this reading was recorded.'),
    }),
  ),
})

export const done = z.object({ signal: z.uuid(), status: z.string() })
export const asked = z.object({ signal: z.uuid(), advice: z.uuid(), dueAt: instant })
