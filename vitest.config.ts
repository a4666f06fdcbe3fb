import { defineConfig } from 'vitest/config'

const neverTests = ['**/node_modules/**', '**/.wederhoor/**', 'infra/checks/canaries/**']

/**
 * `unit` is pure and quick, `int` has one real PostgreSQL per run (see infra/postgres), `canaries` shows that each rule of
 * `npm run check` can fail and runs there only.
 */
export default defineConfig({
  test: {
    watch: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,mjs}'],
          exclude: [...neverTests, '**/*.int.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'canaries',
          include: ['infra/checks/src/*.canary.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude: neverTests,
          globalSetup: ['./infra/postgres/src/vitest-global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
