/**
 * What each root script of package.json runs, once Node and the packages are there. Arguments of the user follow.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const tasks = {
  start: ['infra/embedded/src/start.ts'],
  walk: ['infra/embedded/src/walk-cli.ts'],
  simulate: ['infra/embedded/src/simulate-cli.ts'],
  audit: ['services/audit/src/cli.ts'],
  bench: ['infra/bench/src/bench.ts'],
  contracts: ['infra/contracts-generator/src/generate-cli.ts'],
  test: ['infra/checks/src/run-tests.ts'],
  'test:int': ['infra/checks/src/run-tests.ts', '--project', 'int'],
  check: ['infra/checks/src/check.ts'],
}
