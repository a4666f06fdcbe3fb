import { AssertionError } from 'node:assert'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { accessEvents } from './access-log.ts'
import { code, event, maybe, open, sensitive, uuid } from './fields.ts'
import { expectGolden } from './golden.ts'
import { describeOpenFields } from './open-fields.ts'

const b = event('B', 2, {
  teller: open('random', uuid('PartyId')),
  story: sensitive('teller', z.string()),
  contact: maybe(sensitive('teller', z.string())),
})
const a = event('A', 1, { kind: maybe(open('coded', code('kind'))) })

describe('the list of open fields', () => {
  test('names each field once, sorted, with its reason or its party', () => {
    const lines = [
      'A.v1 kind?: open — coded',
      'B.v2 contact?: sensitive — of teller',
      'B.v2 story: sensitive — of teller',
      'B.v2 teller: open — random',
    ]
    expect(describeOpenFields([b, a])).toEqual(lines)
    expect(describeOpenFields({ first: a, second: b })).toEqual(lines)
  })

  test('of the access log was reviewed', async () => {
    await expectGolden(
      describeOpenFields(accessEvents),
      new URL('./access-log.golden.txt', import.meta.url),
    )
  })
})

describe('a golden file', () => {
  test('fails on any difference and on absence, and changes only when told to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'golden-'))
    try {
      const path = join(directory, 'fields.txt')
      const file = pathToFileURL(path)
      const check = (...lines: string[]) => expectGolden(lines, file, { update: false })
      await expect(check('a')).rejects.toThrow(AssertionError)
      await expectGolden(['a', 'b'], file, { update: true })
      expect(await readFile(path, 'utf8')).toBe('a\nb\n')
      await check('a', 'b')
      for (const other of [['a'], ['b', 'a'], ['a', 'b', 'c'], ['a', 'B'], []]) {
        await expect(check(...other)).rejects.toThrow(AssertionError)
      }
      expect(await readFile(path, 'utf8')).toBe('a\nb\n')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
