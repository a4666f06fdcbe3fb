import type { PublishedField } from '@wederhoor/contracts/published'
import { open, published } from '@wederhoor/contracts/published'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { brokenPromises } from './growth.ts'
import { schemaOf } from './schema.ts'

const fields = {
  dossier: open('random id', z.uuid()),
  code: open(
    'coded',
    z
      .string()
      .regex(/^[a-z]+$/)
      .max(60),
  ),
  step: open('closed list', z.enum(['seen', 'done'])),
  count: open('counts', z.int().min(1)),
  places: open('areas', z.array(z.string().max(10))),
  remark: open('coded', z.string().max(5).optional()),
}
const eventWith = (own: Readonly<Record<string, PublishedField>>) =>
  published({
    service: 'case',
    name: 'thing-done',
    version: 1,
    subject: 'dossier',
    summary: 'A thing was done.',
    fields: own,
  })
const { type } = eventWith(fields)
const promised = new Map([[type, schemaOf(eventWith(fields))]])
const brokenBy = (own: Readonly<Record<string, PublishedField>>) =>
  brokenPromises(promised, new Map([[type, schemaOf(eventWith(own))]])).map((one) =>
    one.replace(`${type} `, ''),
  )
const { code: _code, ...withoutCode } = fields

describe('a published event that grows', () => {
  test('may stay as it is, gain a field that may be absent, a value of a closed list, better words', () => {
    expect(brokenBy(fields)).toEqual([])
    expect(brokenBy({ ...fields, more: open('coded', z.string().optional()) })).toEqual([])
    expect(brokenBy({ ...fields, step: open('list', z.enum(['seen', 'late', 'done'])) })).toEqual(
      [],
    )
    expect(brokenBy({ ...fields, code: open('other words', fields.code.schema) })).toEqual([])
  })

  test('may stand beside new types', () => {
    const more = new Map([...promised, ['other.v1', schemaOf(eventWith(fields))]])
    expect(brokenPromises(promised, more)).toEqual([])
  })
})

describe('a published event that shrinks', () => {
  test('is refused when the type is gone', () => {
    expect(brokenPromises(promised, new Map())).toEqual([`${type} was removed or renamed`])
  })

  test.each([
    ['a field removed', withoutCode, ['code was removed or renamed']],
    [
      'a field renamed',
      { ...withoutCode, kode: fields.code },
      ['code was removed or renamed', 'kode is new and required: older messages do not have it'],
    ],
    [
      'a renamed field that may be absent',
      { ...withoutCode, kode: open('coded', z.string().optional()) },
      ['code was removed or renamed'],
    ],
    [
      'a field tightened by length',
      {
        ...fields,
        code: open(
          'coded',
          z
            .string()
            .regex(/^[a-z]+$/)
            .max(20),
        ),
      },
      ['code changed its maxLength'],
    ],
    [
      'a field tightened by form',
      {
        ...fields,
        code: open(
          'coded',
          z
            .string()
            .regex(/^[a-f]+$/)
            .max(60),
        ),
      },
      ['code changed its pattern'],
    ],
    [
      'a field that became a list',
      { ...fields, code: open('coded', z.enum(['a'])) },
      ['code became a list', 'code changed its maxLength', 'code changed its pattern'],
    ],
    [
      'a closed list that lost a value',
      { ...fields, step: open('closed list', z.enum(['seen'])) },
      ['step lost its value "done"'],
    ],
    [
      'a number tightened',
      { ...fields, count: open('counts', z.int().min(2)) },
      ['count changed its minimum'],
    ],
    [
      'another type',
      { ...fields, count: open('counts', z.boolean()) },
      expect.arrayContaining(['count changed its type']),
    ],
    [
      'an item of an array tightened',
      { ...fields, places: open('areas', z.array(z.string().max(5))) },
      ['places items changed its maxLength'],
    ],
    [
      'an array that must not be empty any more',
      { ...fields, places: open('areas', z.array(z.string().max(10)).min(1)) },
      ['places changed its minItems'],
    ],
    [
      'a field that became required',
      { ...fields, remark: open('coded', z.string().max(5)) },
      ['remark became required'],
    ],
    [
      'a field that may now be absent',
      { ...fields, count: open('counts', z.int().min(1).optional()) },
      ['count is no longer always there'],
    ],
    [
      'a new field that is required',
      { ...fields, more: open('coded', z.string()) },
      ['more is new and required: older messages do not have it'],
    ],
  ])('is refused: %s', (_what, own, sentences) => {
    expect(brokenBy(own)).toEqual(sentences)
  })
})
