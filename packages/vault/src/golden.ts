/** A list that a person has reviewed, kept as a file; for tests. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { goldenConfig } from './config.ts'

/**
 * Fails when `lines` are not exactly those of the file, or there is no file. With `UPDATE_GOLDEN=1` in the environment it
 * writes the file instead: then read the difference before committing it.
 */
export async function expectGolden(
  lines: readonly string[],
  file: URL,
  { update } = goldenConfig(),
): Promise<void> {
  const text = `${lines.join('\n')}\n`
  if (update) return writeFile(file, text)
  const golden = await readFile(file, 'utf8').catch(() => '')
  assert.deepStrictEqual(
    text.split('\n'),
    golden.split('\n'),
    `${file.pathname} differs: review it, then UPDATE_GOLDEN=1`,
  )
}
