import { describe, expect, test } from 'vitest'
import { cliRequest } from './cli-arguments.ts'
import { instantIn } from './instants.ts'

const dossier = '6f1d2c3e-8a54-4b7e-9c21-0d5e7f3a1b64'
const none = { recordedUntil: null, occurredUntil: null }

describe('what is typed after audit', () => {
  test('is understood', () => {
    expect(cliRequest(['replay', '--dossier', dossier.toUpperCase()])).toEqual({
      kind: 'replay',
      dossier,
      asOf: none,
      json: false,
      databaseUrl: undefined,
      dataDirectory: undefined,
    })
    expect(cliRequest(['timeline', '--json', '--dossier', dossier])).toMatchObject({
      kind: 'timeline',
      json: true,
    })
    expect(
      cliRequest([
        'replay',
        `--dossier=${dossier}`,
        '--recorded-until=2024-03-01T10:00:00+01:00',
        '--occurred-until',
        '2024-03-01T09:00:00.5Z',
        '--database-url=postgres://localhost/x',
      ]),
    ).toMatchObject({
      asOf: {
        recordedUntil: '2024-03-01T09:00:00.000Z',
        occurredUntil: '2024-03-01T09:00:00.500Z',
      },
      databaseUrl: 'postgres://localhost/x',
    })
    expect(cliRequest(['--help'])).toEqual({ kind: 'help' })
  })

  test.each([
    [[], 'replay or timeline'],
    [['verify'], "'verify'"],
    [['replay', 'twice', '--dossier', dossier], "'twice'"],
    [['replay'], '--dossier'],
    [['replay', '--dossier'], '--dossier'],
    [['replay', '--dossier', '12'], "'12'"],
    [['replay', '--dossier', `${dossier}'; drop table`], 'UUID'],
    [['replay', '--dossier', dossier, '--recorded-until', '2024-02-30T10:00:00Z'], '2024-02-30'],
    [['replay', '--dossier', dossier, '--recorded-until', '2024-03-01'], 'moment'],
    [['replay', '--dossier', dossier, '--occurred-until', 'yesterday'], '--occurred-until'],
    [['timeline', '--dossier', dossier, '--recorded-until', '2024-03-01T10:00:00Z'], 'replay'],
    [['replay', '--dossier', dossier, '--database-url', 'mysql://x'], 'postgres://'],
    [['replay', '--dossier', dossier, '--loud'], '--loud'],
  ])('is refused with its reason: %j', (argv, word) => {
    const request = cliRequest([...argv, '--json'])
    expect(request).toMatchObject({ kind: 'refused', json: true })
    expect(request.kind === 'refused' && request.message).toContain(word)
  })
})

describe('a moment', () => {
  test.each([
    ['2024-03-01T09:00:00Z', '2024-03-01T09:00:00.000Z'],
    ['2024-07-01T09:00:00+02:00', '2024-07-01T07:00:00.000Z'],
    ['2024-03-01T09:00:00.123456Z', '2024-03-01T09:00:00.123Z'],
  ])('%s is %s', (written, instant) => {
    expect(instantIn(written)).toBe(instant)
  })

  test.each([
    '2024-03-01',
    '2024-03-01T09:00:00',
    '2023-02-29T09:00:00Z',
    '',
    'now',
    '2024-13-01T09:00:00Z',
  ])('is not in %j', (written) => {
    expect(instantIn(written)).toBeUndefined()
  })
})
