import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runGo } from '@wederhoor/means/go-programs'
import { GO_BUILD_TIMEOUT_MS, goSuite } from '@wederhoor/means/go-suite'
import { expect, test } from 'vitest'
import { VERIFIER } from './verifier.fixture.ts'

goSuite('the verifier in Go', () => {
  test('holds its own tests', { timeout: GO_BUILD_TIMEOUT_MS }, async () => {
    expect(await runGo(['test', '-mod=readonly', '-buildvcs=false', '.'], {}, VERIFIER)).toMatch(
      /^ok\s/m,
    )
  })

  test('has the form that gofmt gives it, and nothing that vet objects to', async () => {
    await runGo(['vet', '-mod=readonly', '.'], {}, VERIFIER)
    const root = (await runGo(['env', 'GOROOT'], {}, VERIFIER)).trim()
    const { stdout } = await promisify(execFile)(join(root, 'bin', 'gofmt'), ['-l', '.'], {
      cwd: VERIFIER,
    })
    expect(stdout).toBe('')
  })

  test('rests on nothing but the standard library and sumdb', async () => {
    const imports = await runGo(
      ['list', '-mod=readonly', '-deps', '-f', '{{if not .Standard}}{{.ImportPath}}{{end}}', '.'],
      {},
      VERIFIER,
    )
    expect(imports.trim().split('\n').filter(Boolean).sort()).toEqual([
      'golang.org/x/mod/sumdb/note',
      'golang.org/x/mod/sumdb/tlog',
      'wederhoor.example/verifier',
    ])
  })
})
