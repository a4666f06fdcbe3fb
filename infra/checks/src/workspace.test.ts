import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from './steps.ts'

const folders = ['contracts', ...['packages', 'services', 'infra'].flatMap(packagesBelow)]

describe('a package of the workspace', () => {
  test.each(folders)(
    '%s carries the tag of its folder, or no boundary would hold for it',
    (folder) => {
      const turbo: { tags: string[] } = readJson(join(folder, 'turbo.json'))
      expect(turbo.tags).toContain(tagOf(folder))
    },
  )

  test.each(folders)('%s is private and under the licence of the whole', (folder) => {
    expect(readJson(join(folder, 'package.json'))).toMatchObject({
      name: expect.stringMatching(/^@wederhoor\//),
      private: true,
      license: 'EUPL-1.2',
      type: 'module',
    })
  })
})

function tagOf(folder: string): string {
  if (folder === 'packages/simulation') return 'simulation'
  const tags: Record<string, string> = { packages: 'package', services: 'service' }
  const room = folder.split('/')[0] ?? ''
  return tags[room] ?? room
}

function packagesBelow(room: string): string[] {
  return readdirSync(join(repository, room))
    .map((name) => `${room}/${name}`)
    .filter((folder) => existsSync(join(repository, folder, 'package.json')))
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(repository, path), 'utf8'))
}
