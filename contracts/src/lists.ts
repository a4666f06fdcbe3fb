/**
 * The dated value lists. A code, once used, never changes its meaning and never disappears: it gets
 * `validUntil`, and a label that changes gets an `earlierLabels` row. `verified` tells whether the
 * item was read on a public page (`source` names it); everything else is a default for an owner to
 * settle. The order of a list means nothing (ACN-05).
 */
import { z } from 'zod'
import aard from '../lists/aard.json' with { type: 'json' }
import afhandeling from '../lists/afhandeling.json' with { type: 'json' }
import afwegingVerweer from '../lists/afweging-verweer.json' with { type: 'json' }
import antwoordSignaal from '../lists/antwoord-signaal.json' with { type: 'json' }
import behoefte from '../lists/behoefte.json' with { type: 'json' }
import bezorgbewijs from '../lists/bezorgbewijs.json' with { type: 'json' }
import contactvorm from '../lists/contactvorm.json' with { type: 'json' }
import eindeZonderZaak from '../lists/einde-zonder-zaak.json' with { type: 'json' }
import grond from '../lists/grond.json' with { type: 'json' }
import hoorvorm from '../lists/hoorvorm.json' with { type: 'json' }
import inhoudingsgrond from '../lists/inhoudingsgrond.json' with { type: 'json' }
import kanaal from '../lists/kanaal.json' with { type: 'json' }
import ketenpartner from '../lists/ketenpartner.json' with { type: 'json' }
import medewerking from '../lists/medewerking.json' with { type: 'json' }
import noodgrond from '../lists/noodgrond.json' with { type: 'json' }
import ondermerk from '../lists/ondermerk.json' with { type: 'json' }
import onderterrein from '../lists/onderterrein.json' with { type: 'json' }
import opschortingsgrond from '../lists/opschortingsgrond.json' with { type: 'json' }
import sector from '../lists/sector.json' with { type: 'json' }
import soortBestand from '../lists/soort-bestand.json' with { type: 'json' }
import soortMelder from '../lists/soort-melder.json' with { type: 'json' }
import terrein from '../lists/terrein.json' with { type: 'json' }
import uitkomst from '../lists/uitkomst.json' with { type: 'json' }
import uitkomstBemiddeling from '../lists/uitkomst-bemiddeling.json' with { type: 'json' }
import uitkomstHoor from '../lists/uitkomst-hoor.json' with { type: 'json' }
import uitkomstVerwijzing from '../lists/uitkomst-verwijzing.json' with { type: 'json' }
import vertegenwoordiging from '../lists/vertegenwoordiging.json' with { type: 'json' }
import verwijsvorm from '../lists/verwijsvorm.json' with { type: 'json' }
import weigergrond from '../lists/weigergrond.json' with { type: 'json' }
import weigergrondWissen from '../lists/weigergrond-wissen.json' with { type: 'json' }
import wisgrond from '../lists/wisgrond.json' with { type: 'json' }
import { holdsOn, validityFields } from './validity.ts'

const code = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
const text = z.string().min(1)
const labels = { nl: text, fy: text, en: text }

const listItemSchema = z.strictObject({
  code,
  labels: z.strictObject(labels),
  /** Labels that were in use up to and including a day, oldest first. */
  earlierLabels: z.array(z.strictObject({ validUntil: z.iso.date(), ...labels })).optional(),
  ...validityFields,
  /** For a list of sub-marks: the code in the wider list that this one narrows. */
  within: code.optional(),
  /** What code may ask about an item without naming it: `statutory`, `covenant`, `counts` … */
  marks: z.array(code).optional(),
  verified: z.boolean(),
  source: text,
})

export const valueListSchema = z.strictObject({
  list: code,
  title: z.strictObject(labels),
  /** False until a speaker of Frisian has read the list. */
  fyReviewed: z.boolean(),
  note: text.optional(),
  items: z.array(listItemSchema).min(1),
})

export type ListItem = z.infer<typeof listItemSchema>
export type ValueList = z.infer<typeof valueListSchema>
export type Language = 'nl' | 'fy' | 'en'

const files = {
  aard,
  afhandeling,
  'afweging-verweer': afwegingVerweer,
  'antwoord-signaal': antwoordSignaal,
  behoefte,
  bezorgbewijs,
  contactvorm,
  'einde-zonder-zaak': eindeZonderZaak,
  grond,
  hoorvorm,
  inhoudingsgrond,
  kanaal,
  ketenpartner,
  medewerking,
  noodgrond,
  ondermerk,
  onderterrein,
  opschortingsgrond,
  sector,
  'soort-bestand': soortBestand,
  'soort-melder': soortMelder,
  terrein,
  uitkomst,
  'uitkomst-bemiddeling': uitkomstBemiddeling,
  'uitkomst-hoor': uitkomstHoor,
  'uitkomst-verwijzing': uitkomstVerwijzing,
  vertegenwoordiging,
  verwijsvorm,
  weigergrond,
  'weigergrond-wissen': weigergrondWissen,
  wisgrond,
} as const

export type ListName = keyof typeof files
export const listNames = Object.keys(files) as readonly ListName[]

const lists = new Map(listNames.map((name) => [name, valueListSchema.parse(files[name])]))

export function valueList(name: ListName): ValueList {
  const list = lists.get(name)
  if (list === undefined) throw new TypeError(`no value list ${name}`)
  return list
}

/** A code as it was understood on a date: its item, or the code as it came, kept and not refused. */
export type DecodedCode = { readonly item: ListItem } | { readonly unknown: string }

/**
 * Reads a code that somebody wrote on that date. An unknown code is no error: a sender may know a
 * newer list. Whether an *input* may use a code is `isCodeValidOn`.
 */
export function decodeCode(name: ListName, written: string, on: string): DecodedCode {
  const item = valueList(name).items.find((one) => one.code === written && holdsOn(one, on))
  return item === undefined ? { unknown: written } : { item }
}

export function codesValidOn(name: ListName, on: string): readonly string[] {
  return valueList(name)
    .items.filter((item) => holdsOn(item, on))
    .map((item) => item.code)
}

export function isCodeValidOn(name: ListName, written: string, on: string): boolean {
  return 'item' in decodeCode(name, written, on)
}

/** True when the item is known on that date and carries the mark. */
export function hasMark(name: ListName, written: string, mark: string, on: string): boolean {
  const decoded = decodeCode(name, written, on)
  return 'item' in decoded && (decoded.item.marks ?? []).includes(mark)
}

/** The label as it read on that date. */
export function labelOn(item: ListItem, language: Language, on: string): string {
  const date = on.slice(0, 10)
  const earlier = (item.earlierLabels ?? []).find((label) => date <= label.validUntil)
  return (earlier ?? item.labels)[language]
}
