import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { findGo, goSuite } from './go-suite.ts'

const place = mkdtempSync(join(tmpdir(), 'wederhoor-go-means-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

/** A folder with a `go` that says this when asked anything. */
function folderWithGo(says: string): string {
  const folder = mkdtempSync(join(place, 'path-'))
  writeFileSync(join(folder, 'go'), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  return folder
}

describe('a machine without a fit Go', () => {
  test('fails the suite where CI=true instead of leaving it out', () => {
    vi.stubEnv('CI', 'true')
    vi.stubEnv('PATH', '')
    expect(() => goSuite('a suite', () => {})).toThrow(/"a suite" must run where CI=true.*no go/)
  })

  test.each([
    ['an older one', 'go version go1.24.1 linux/amd64', /version 1\.24/],
    ['one that knows no version', 'hello', /does not say/],
  ])('has none with %s, and says why', (_name, says, why) => {
    expect(findGo(folderWithGo(says))).toEqual({ why: expect.stringMatching(why) })
  })
})

describe('a machine with a fit Go', () => {
  test('uses the first on the path', () => {
    const folder = folderWithGo('go version go1.26.8 linux/amd64')
    expect(findGo(folder)).toEqual({ file: join(folder, 'go') })
  })
})
