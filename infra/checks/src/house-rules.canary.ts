import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  biomeStep,
  boundariesStep,
  deadCodeStep,
  isGreen,
  repository,
  runStep,
  type Step,
  typesStep,
} from './steps.ts'

const canaries = join(import.meta.dirname, '..', 'canaries')

/** The real configuration: a canary sings about the rules that hold here, not about a copy. */
const configuration = [
  '.gitignore',
  'biome.json',
  'knip.json',
  'pnpm-lock.yaml',
  'tsconfig.json',
  'turbo.json',
  'contracts/turbo.json',
  'packages/decider/turbo.json',
  'services/case/turbo.json',
  'services/intake/turbo.json',
]
const workspacePackages = {
  '@wederhoor/contracts': 'contracts',
  '@wederhoor/decider': 'packages/decider',
  '@wederhoor/intake': 'services/intake',
}

/** Fixture → what the checker must say: the name of the rule and the file, as a pattern over its words. */
const lint = (rule: string) => new RegExp(`lint/[a-z]+/${rule}\\b`)
const notAllowed = (dependency: string, dependent: string) =>
  new RegExp(
    `@wederhoor/${dependency}. found without any tag listed in allowlist for .@wederhoor/${dependent}`,
  )
const restricted = lint('noRestrictedImports')
const rules: ReadonlyArray<readonly [Step, Readonly<Record<string, RegExp>>]> = [
  [
    biomeStep,
    {
      'domain-imports-node': restricted,
      'domain-imports-contracts': restricted,
      'domain-imports-room': restricted,
      'announce-imports-view': restricted,
      'reactions-import-node': restricted,
      'views-import-http': restricted,
      'routes-import-announce': restricted,
      'config-imports-room': restricted,
      'room-imports-app': restricted,
      'room-imports-main': restricted,
      'import-cycle': lint('noImportCycles'),
      'process-env': lint('noProcessEnv'),
      'default-export': lint('noDefaultExport'),
      enum: lint('noEnum'),
      namespace: lint('noNamespace'),
      'parameter-property': lint('noParameterProperties'),
      any: lint('noExplicitAny'),
      'non-null-assertion': lint('noNonNullAssertion'),
      barrel: lint('noBarrelFile'),
      'export-all': lint('noReExportAll'),
      'file-name': lint('useFilenamingConvention'),
      'missing-extension': lint('useImportExtensions'),
      'import-type': lint('useImportType'),
      'node-protocol': lint('useNodejsImportProtocol'),
      'long-file': lint('noExcessiveLinesPerFile'),
      format: /decider\.ts format/,
    },
  ],
  [
    boundariesStep,
    {
      'service-imports-service': notAllowed('intake', 'case'),
      'package-imports-contracts': notAllowed('contracts', 'decider'),
      'package-imports-service': notAllowed('intake', 'decider'),
      'contracts-import-package': notAllowed('decider', 'contracts'),
      'import-leaves-package': /leaves the package/,
      'undeclared-import': /not a dependency/,
    },
  ],
  [
    typesStep,
    {
      'type-error': /TS2322/,
      'unchecked-index': /TS2322.*undefined/,
      'optional-undefined': /TS2375/,
      'index-signature-access': /TS4111/,
      'erasable-syntax': /TS1294/,
      'unused-parameter': /TS6133/,
      'type-in-bootstrap': /run\.mjs.*TS2322/,
    },
  ],
  [
    deadCodeStep,
    {
      'unused-export': /nobodyAsks/,
      'unused-file': /Unused files.*forgotten\.ts/,
      'unused-service-file': /forgotten\.ts/,
      'unused-dependency': /Unused dependencies.*@wederhoor\/decider/,
    },
  ],
]

let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'wederhoor-canaries-'))
})

afterAll(() => rm(scratch, { recursive: true, force: true }))

test('every fixture belongs to a rule, and every rule has a fixture', async () => {
  const named = rules.flatMap(([, fixtures]) => Object.keys(fixtures))
  const found = (await readdir(canaries)).filter((name) => name !== 'healthy')
  expect(found.sort()).toEqual(named.sort())
})

const named = rules.map(([step, fixtures]) => ({ name: step.name, step, fixtures }))

describe.each(named)('$name', ({ step, fixtures }) => {
  test('is green on a healthy tree', async () => {
    const finished = await runStep(step, await plant('healthy', step))
    expect(isGreen(step, finished), finished.words).toBe(true)
  })

  test.each(Object.entries(fixtures))('goes red for %s', async (fixture, complaint) => {
    const finished = await runStep(step, await plant(fixture, step))
    expect(finished.code, finished.words).not.toBe(0)
    // some checkers wrap their sentences, with a bar before the rest
    expect(finished.words.replace(/\n[\s|]*/g, ' ')).toMatch(complaint)
  })
})

/**
 * A small workspace of its own: the repository's configuration, a healthy tree, and the fixture laid over it. Sources
 * lose the `.fixture` of their names here; with it no checker takes them for part of the repository.
 */
async function plant(fixture: string, step: Step): Promise<string> {
  const directory = join(scratch, `${step.command[0]}-${fixture}`)
  await lay('healthy', directory)
  for (const file of configuration) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await cp(join(repository, file), join(directory, file))
  }
  await lay(fixture, directory)
  const modules = join(directory, 'node_modules')
  await mkdir(join(modules, '@wederhoor'), { recursive: true })
  for (const name of ['@types', 'turbo', '@biomejs', 'vitest']) {
    await symlink(join(repository, 'node_modules', name), join(modules, name))
  }
  for (const [name, folder] of Object.entries(workspacePackages)) {
    await symlink(join(directory, folder), join(modules, name))
  }
  return directory
}

async function lay(fixture: string, directory: string): Promise<void> {
  const source = join(canaries, fixture)
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((found) => found.isFile())) {
    const from = join(entry.parentPath, entry.name)
    const to = join(directory, relative(source, from)).replace(/\.fixture$/, '')
    await mkdir(dirname(to), { recursive: true })
    await cp(from, to)
  }
}
