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

  test('is understood about bundles', () => {
    expect(cliRequest(['verify', 'out/b', '--trust', 't', '--since=c', '--json'])).toMatchObject({
      kind: 'verify',
      what: { bundle: 'out/b' },
      trust: 't',
      since: 'c',
      json: true,
    })
    expect(cliRequest(['verify', '--ledger'])).toMatchObject({ what: { log: 'case-history' } })
    expect(cliRequest(['verify', '--ledger', '--log', 'access'])).toMatchObject({
      what: { log: 'access' },
    })
    expect(cliRequest(['export', '--ledger', '--out', 'x.tar'])).toMatchObject({
      kind: 'export',
      what: { log: 'case-history' },
      out: 'x.tar',
    })
    const asked = ['export', '--dossier', dossier, '--out', 'x', '--for']
    expect(cliRequest([...asked, 'auditor'])).toMatchObject({
      what: { dossier, receiver: 'auditor', purpose: undefined },
    })
    expect(cliRequest([...asked, 'wederpartij', '--hearing', dossier])).toMatchObject({
      what: { receiver: 'wederpartij', purpose: 'inzage', hearing: dossier },
    })
    const opened = [...asked, 'auditor', '--with-content', '--purpose', 'toezicht']
    expect(cliRequest(opened)).toMatchObject({ what: { purpose: 'toezicht' } })
  })

  const toExport = ['export', '--out', 'x']
  const forAuditor = [...toExport, '--dossier', dossier, '--for', 'auditor']

  test.each([
    [[], 'verify, export, replay, timeline'],
    [['witness'], "'witness'"],
    [['verify'], 'which bundle'],
    [['verify', 'a', 'b'], "'b'"],
    [['verify', 'a', '--ledger'], 'not both'],
    [['verify', 'a', '--log', 'access'], 'not both'],
    [['verify', '--ledger', '--log', 'other'], 'access'],
    [['verify', 'a', '--out', 'x'], '--out'],
    [['export', '--ledger'], '--out'],
    [toExport, '--ledger'],
    [[...forAuditor, '--ledger'], '--ledger'],
    [[...toExport, '--ledger', '--for', 'melder'], '--for'],
    [[...toExport, '--ledger', '--with-content'], '--with-content'],
    [[...toExport, '--dossier', dossier], 'auditor, melder or wederpartij'],
    [[...toExport, '--dossier', dossier, '--for', 'pers'], 'auditor, melder or wederpartij'],
    [[...forAuditor, '--log', 'access'], '--log'],
    [[...forAuditor, '--with-content'], '--purpose'],
    [[...forAuditor, '--purpose', 'toezicht'], '--with-content'],
    [[...forAuditor, '--with-content', '--purpose', 'Omdat het moet'], 'code'],
    [[...forAuditor, '--hearing', dossier], '--hearing'],
    [[...toExport, '--dossier', dossier, '--for', 'melder', '--with-content'], 'auditor'],
    [[...toExport, '--dossier', dossier, '--for', 'melder', '--hearing', '1'], "'1'"],
    [['replay', 'twice', '--dossier', dossier], "'twice'"],
    [['replay'], '--dossier'],
    [['replay', '--dossier'], '--dossier'],
    [['replay', '--dossier', '12'], "'12'"],
    [['replay', '--dossier', `${dossier}'; drop table`], 'UUID'],
    [['replay', '--dossier', dossier, '--recorded-until', '2024-02-30T10:00:00Z'], '2024-02-30'],
    [['replay', '--dossier', dossier, '--recorded-until', '2024-03-01'], 'moment'],
    [['replay', '--dossier', dossier, '--occurred-until', 'yesterday'], '--occurred-until'],
    [['timeline', '--dossier', dossier, '--recorded-until', '2024-03-01T10:00:00Z'], 'timeline'],
    [['replay', '--dossier', dossier, '--trust', 'x'], '--trust'],
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
