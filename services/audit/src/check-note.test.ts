import { describe, expect, test } from 'vitest'
import { formatCheck, parseCheck } from './check-note.ts'

const root = 'XdyaeadppZO1WcrdcBrZ6aaC2Sudqqai+SDP43Dv9GA='
const text = (found: string, at = '2024-06-01T09:00:00.000Z') =>
  `wederhoor ledger check v1\nwederhoor.test/ledger\n8\n${root}\n${found}\n${at}\n`

describe('the outcome of a check', () => {
  test.each(['verified', 'failed', 'failed 4'])('%s is read and written the same', (found) => {
    const check = parseCheck(text(found))
    expect(check).toMatchObject({ origin: 'wederhoor.test/ledger', size: 8 })
    expect(check && formatCheck(check)).toBe(text(found))
  })

  test.each([
    text('verified 4'),
    text('failed 0'),
    text('good'),
    text('verified', '2024-06-01'),
    text('verified', '2024-06-31T25:00:00.000Z'),
    text('verified').slice(0, -1),
    `${text('verified')}\n`,
    text('verified').replace('\n8\n', '\n08\n'),
    text('verified').replace('v1', 'v2'),
    'wederhoor.test/ledger\n8\n',
    '',
  ])('is nothing else: %j', (other) => {
    expect(parseCheck(other)).toBeUndefined()
  })
})
