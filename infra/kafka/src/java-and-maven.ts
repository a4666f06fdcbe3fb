import { spawnSync } from 'node:child_process'
import { type FoundProgram, findOnPath } from '@wederhoor/means/find-program'

/** Kafka 4 brokers are compiled for Java 17. */
const JAVA_MAJOR_MIN = 17

/** An absolute path to a `java` that can run Kafka, or one clause that says why there is none. */
export function findJava(searchPath: string): FoundProgram {
  const file = findOnPath('java', searchPath)
  if (file === undefined) return { why: `no java on the path (${JAVA_MAJOR_MIN} or newer)` }
  // Asked, not assumed: macOS ships a `java` that only says that there is none.
  const asked = spawnSync(file, ['-version'], { encoding: 'utf8', timeout: 20_000 })
  const major = javaMajor(`${asked.stderr ?? ''}${asked.stdout ?? ''}`)
  if (major === undefined) return { why: `${file} does not say which version it is` }
  if (major < JAVA_MAJOR_MIN) {
    return { why: `java on the path is version ${major}, and ${JAVA_MAJOR_MIN} or newer is needed` }
  }
  return { file }
}

/** An absolute path to `mvn`, or one clause that says why there is none. */
export function findMaven(searchPath: string): FoundProgram {
  const file = findOnPath('mvn', searchPath)
  return file === undefined ? { why: 'no mvn (Maven) on the path' } : { file }
}

/** `17` from `openjdk version "17.0.15" 2025-04-15`, `8` from `java version "1.8.0_392"`. */
export function javaMajor(versionOutput: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(versionOutput)
  return found?.[1] === undefined ? undefined : Number(found[1])
}
