import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const run = promisify(execFile)

/** Whom the server runs as. `{}` is ourselves: an ordinary user needs no change. */
export type ServerUser = { uid?: number; gid?: number }

/**
 * PostgreSQL refuses root. A user that exists is preferred; then one is created; `nobody` is the last resort
 * (initdb insists on a name for the uid, so a bare number does not do).
 */
export async function findServerUser(owner: ServerUser | undefined): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {}
  if (owner?.uid !== undefined && owner.uid !== 0) return owner
  for (const name of ['wederhoor', 'postgres', '_postgres']) {
    const found = await lookUp(name)
    if (found) return found
  }
  const created = (await createUser()) ?? (await lookUp('nobody'))
  if (created) return created
  throw new EmbeddedPostgresError(
    'cannot-drop-privileges',
    'Started as root, and there is no unprivileged user to run PostgreSQL as.',
  )
}

/** Whether that user can open `path` by its name: each directory above it must let them through. */
export function canReach(user: ServerUser, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
      ...user,
      cwd: '/',
      stdio: 'ignore',
    })
    child.once('error', (cause) =>
      reject(
        new EmbeddedPostgresError(
          'cannot-drop-privileges',
          `Cannot become user ${user.uid ?? 'of this process'} (group ${user.gid ?? 'unchanged'}).`,
          { cause },
        ),
      ),
    )
    child.once('exit', (code) => resolve(code === 0))
  })
}

async function createUser(): Promise<ServerUser | undefined> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'wederhoor',
    ])
  } catch {
    return undefined
  }
  return lookUp('wederhoor')
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}
