import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { javaMajor } from './java-and-maven.ts'
import { findKafkaMeans, startKafka } from './local-broker.ts'

const place = mkdtempSync(join(tmpdir(), 'wederhoor-kafka-means-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** A folder with programs of these names that say this when asked anything. */
function folderWith(programs: Record<string, string>): string {
  const folder = mkdtempSync(join(place, 'path-'))
  for (const [name, says] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}' >&2\n`, { mode: 0o755 })
  }
  return folder
}

const java17 = 'openjdk version "17.0.15" 2025-04-15'
const java11 = 'openjdk version "11.0.2" 2019-01-15'

describe('a machine where KAFKA_BROKERS is set', () => {
  test('uses those brokers and looks for nothing else', () => {
    expect(findKafkaMeans(' a:9092, b:9093 ,', '')).toEqual({
      kind: 'brokers',
      brokers: ['a:9092', 'b:9093'],
    })
  })

  test('takes a setting that names nothing as not set', () => {
    expect(findKafkaMeans(' , ', '')).toMatchObject({ kind: 'none' })
  })
})

describe('a machine without KAFKA_BROKERS', () => {
  test('has means with Java 17 and Maven, also in different folders of the path', () => {
    const [first, second] = [folderWith({ java: java17 }), folderWith({ mvn: '' })]
    expect(findKafkaMeans(undefined, `${first}${delimiter}${second}`)).toEqual({
      kind: 'maven',
      java: join(first, 'java'),
      mvn: join(second, 'mvn'),
    })
  })

  test.each([
    ['an older Java', { java: java11, mvn: '' }, /version 11/],
    ['no Java', { mvn: '' }, /no java/],
    ['a java that knows no version', { java: 'no runtime present', mvn: '' }, /does not say/],
    ['no Maven', { java: java17 }, /no mvn/],
    ['neither', {}, /no java.*no mvn/],
  ])('has none with %s, and says why', (_name, programs, why) => {
    expect(findKafkaMeans(undefined, folderWith(programs))).toEqual({
      kind: 'none',
      why: expect.stringMatching(why),
    })
  })

  test.each([
    ['java-missing', { mvn: '' }],
    ['java-missing', { java: java11, mvn: '' }],
    ['maven-missing', { java: java17 }],
  ])('fails a start with %s and its remedy', async (code, programs) => {
    const started = startKafka({
      jarsDirectory: join(place, 'libs'),
      dataDirectory: join(place, 'data'),
      searchPath: folderWith(programs),
    })
    await expect(started).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) })
  })
})

describe('the version that Java says', () => {
  test.each([
    [java17, 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['no runtime present', undefined],
  ])('%s', (says, major) => {
    expect(javaMajor(says)).toBe(major)
  })
})
