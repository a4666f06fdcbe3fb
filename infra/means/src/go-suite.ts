import { spawnSync } from 'node:child_process'
import { readMeansEnvironment } from './config.ts'
import { type FoundProgram, findOnPath } from './find-program.ts'
import { needingSuite } from './needing-suite.ts'

/** What `infra/verifier-go/go.mod` and the programs of others that tests build ask for. */
const GO_MINOR_MIN = 26

/** For the `beforeAll` that builds a program: on a new machine that fetches modules and compiles the standard library. */
export const GO_BUILD_TIMEOUT_MS = 300_000

/** A `describe` that needs Go; see `needingSuite` for what happens where there is none. */
export function goSuite(name: string, fn: () => void): void {
  const found = findGo(readMeansEnvironment().searchPath)
  needingSuite({ what: 'Go', why: 'why' in found ? found.why : undefined }, name, fn)
}

/** An absolute path to a `go` that is new enough, or one clause that says why there is none. */
export function findGo(searchPath: string): FoundProgram {
  const file = findOnPath('go', searchPath)
  if (file === undefined) return { why: `no go on the path (1.${GO_MINOR_MIN} or newer)` }
  const asked = spawnSync(file, ['version'], { encoding: 'utf8', timeout: 20_000 })
  const minor = /\bgo1\.(\d+)/.exec(asked.stdout ?? '')?.[1]
  if (minor === undefined) return { why: `${file} does not say which version it is` }
  if (Number(minor) < GO_MINOR_MIN) {
    return { why: `go on the path is version 1.${minor}, and 1.${GO_MINOR_MIN} or newer is needed` }
  }
  return { file }
}
