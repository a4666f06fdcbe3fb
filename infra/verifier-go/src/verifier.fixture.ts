/** The Go verifier as a process, built anew for each test file: what a stranger runs. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildGoProgram } from '@wederhoor/means/go-programs'

/** Where `go.mod` is. */
export const VERIFIER = join(import.meta.dirname, '..')

export interface Ended {
  readonly exitCode: number
  readonly answer: Readonly<Record<string, unknown>>
}

export interface GoVerifier {
  /** A folder of the test's own. */
  readonly place: string
  run(...words: readonly string[]): Promise<Ended>
  remove(): Promise<void>
}

export async function goVerifier(): Promise<GoVerifier> {
  const place = await mkdtemp(join(tmpdir(), 'wederhoor-verifier-'))
  const file = join(place, 'verifier')
  const remove = () => rm(place, { recursive: true, force: true })
  try {
    await buildGoProgram(VERIFIER, file)
  } catch (error) {
    await remove()
    throw error
  }
  return { place, remove, run: (...words) => answerOf(file, ['-json', ...words]) }
}

function answerOf(file: string, words: readonly string[]): Promise<Ended> {
  // A collector that runs less often: the flips allocate little at a time, and hundreds of thousands of times.
  const options = { maxBuffer: 64 * 1024 * 1024, env: { GOGC: '400' } }
  return new Promise((resolve, reject) => {
    const child = execFile(file, words, options, (error, stdout, stderr) => {
      const exitCode = child.exitCode
      if (exitCode === null || stderr !== '' || !isObject(stdout)) {
        reject(
          new Error(`the verifier ended with ${exitCode}: ${stderr}${stdout}`, { cause: error }),
        )
      } else resolve({ exitCode, answer: JSON.parse(stdout) })
    })
  })
}

const isObject = (text: string): boolean => /^\{.*\}\n$/s.test(text)
