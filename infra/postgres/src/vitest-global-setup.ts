import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './embedded-server.ts'
import './test-database.ts'

/** One server for the whole run; each test file makes databases of its own on it (`test-database.ts`). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-test-'))
  const server = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    settings: { max_connections: '200' },
  })
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
