/**
 * `npm run contracts`: writes `contracts/generated` anew. It refuses, and writes nothing, when a published event lost
 * something that is in the repository: that needs a new version of its type, beside the old one.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { committedFiles, promisedIn } from './committed.ts'
import { generatedDirectory, generatedFiles, promisedNow } from './generated.ts'
import { brokenPromises } from './growth.ts'

const before = await committedFiles()
const broken = brokenPromises(promisedIn(before), promisedNow())
if (broken.length > 0) {
  process.stderr.write(`A published event only grows. Nothing was written.\n`)
  for (const sentence of broken) process.stderr.write(`  ${sentence}\n`)
  process.exitCode = 1
} else {
  const files = generatedFiles()
  for (const folder of ['schemas/', 'asyncapi/'])
    await mkdir(new URL(folder, generatedDirectory), { recursive: true })
  for (const path of before.keys())
    if (!files.has(path)) await rm(new URL(path, generatedDirectory))
  const changed = [...files].filter(([path, text]) => before.get(path) !== text)
  for (const [path, text] of changed) {
    await writeFile(new URL(path, generatedDirectory), text)
    process.stdout.write(`  written  contracts/generated/${path}\n`)
  }
  process.stdout.write(`${files.size} files, ${changed.length} changed\n`)
}
