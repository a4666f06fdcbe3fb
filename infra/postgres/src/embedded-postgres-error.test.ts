import { describe, expect, test } from 'vitest'
import { EmbeddedPostgresError, failureCode } from './embedded-postgres-error.ts'

describe('the words of a server that did not start', () => {
  test.each([
    ['initdb: error: could not write to file "pg_wal/x": No space left on device', 'disk-full'],
    ["ENOSPC: no space left on device, mkdir '/data'", 'disk-full'],
    ['could not bind IPv4 address "127.0.0.1": Address already in use', 'port-taken'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'data-directory-in-use'],
    ['error while loading shared libraries: libpq.so.5', 'binaries-missing'],
    ['"root" execution of the PostgreSQL server is not permitted', 'cannot-drop-privileges'],
    ['initdb: error: cannot be run as root', 'cannot-drop-privileges'],
    ["EINVAL: invalid argument, chown '/data'", 'cannot-drop-privileges'],
    ['FATAL:  data directory "/data" has wrong ownership', 'data-directory-unusable'],
    ['database files are incompatible with server', 'data-directory-unusable'],
    ['something nobody foresaw', 'start-failed'],
  ])('%s', (words, code) => {
    expect(failureCode(words)).toBe(code)
  })

  test('reach the reader together with the remedy', () => {
    const error = new EmbeddedPostgresError('disk-full', 'initdb failed.')
    expect(error.message).toContain(error.remedy)
    expect(error.message).toContain('initdb failed.')
  })
})
