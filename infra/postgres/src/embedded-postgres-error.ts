/** The closed list of ways in which starting the embedded server can fail, each with what to do about it. */
const remedies = {
  'port-taken': 'Choose another port, or name none and a free one is picked.',
  'data-directory-in-use':
    'Stop the running instance first, or give this one a data directory of its own.',
  'data-directory-unusable':
    'Start as the user that owns it, begin anew with `npm start -- --fresh`, or set DATABASE_URL to an existing server.',
  'disk-full': 'Free some space on the disk that holds the data directory and start again.',
  'cannot-drop-privileges':
    'PostgreSQL refuses to run as root: start as an ordinary user, let root create a user named `wederhoor`, or set DATABASE_URL to an existing server.',
  'binaries-missing':
    'Remove node_modules and start again, or set DATABASE_URL to an existing server (PostgreSQL 18).',
  'start-failed': 'The last lines of the server are above; set DATABASE_URL to use another server.',
} as const

export type EmbeddedPostgresErrorCode = keyof typeof remedies

/** The world failed while starting the embedded server. `message` ends in the remedy, for a person to read. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly code: EmbeddedPostgresErrorCode
  readonly remedy: string

  constructor(code: EmbeddedPostgresErrorCode, detail: string, options?: ErrorOptions) {
    super(`${detail}\n${remedies[code]}`, options)
    this.code = code
    this.remedy = remedies[code]
  }
}

/** What the server's own words (English: it runs under LC_ALL=C) or an errno say about the cause. */
export function failureCode(text: string): EmbeddedPostgresErrorCode {
  if (/No space left on device|ENOSPC/.test(text)) return 'disk-full'
  if (/Address already in use|EADDRINUSE/.test(text)) return 'port-taken'
  if (/error while loading shared libraries|Library not loaded|ENOENT/.test(text))
    return 'binaries-missing'
  if (/lock file "postmaster.pid" already exists|pre-existing shared memory/.test(text))
    return 'data-directory-in-use'
  if (
    /cannot be run as root|execution of the PostgreSQL server is not permitted|EPERM|setuid|setgid|, chown /.test(
      text,
    )
  )
    return 'cannot-drop-privileges'
  if (
    /Permission denied|EACCES|wrong ownership|invalid permissions|incompatible with server/.test(
      text,
    )
  )
    return 'data-directory-unusable'
  return 'start-failed'
}
