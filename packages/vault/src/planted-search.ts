/**
 * The search for planted texts: what was told in confidence must stand nowhere in clear, however it is written there.
 * One piece for all tests that plant a name and look for it in a database, a log, spans or messages.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'

/** Every row of each table that is ours, as text, by table; bytea as hexadecimal, and again as the text it may hold. */
export async function tablesOf(pool: Pool): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const name of await tableNames(pool)) {
    const { rows } = await pool.query<Record<string, unknown>>(`select * from ${name}`)
    found.set(name, rows.flatMap((row) => Object.values(row).flatMap(textsOf)).join('\n'))
  }
  return found
}

async function tableNames(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  return rows.map(({ name }) => name)
}

function textsOf(value: unknown): readonly string[] {
  if (value instanceof Buffer) return [value.toString('hex'), value.toString('utf8')]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}

/**
 * What a dump of the database holds, by table: every row as PostgreSQL writes it, with bytea in hexadecimal, as `COPY` and
 * `pg_dump` do.
 */
export async function dumpOf(pool: Pool): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const name of await tableNames(pool)) {
    const { rows } = await pool.query<{ line: string }>(
      `select ours::text as line from ${name} as ours`,
    )
    found.set(name, Buffer.from(rows.map(({ line }) => line).join('\n'), 'utf8'))
  }
  return found
}

/** Every file of a folder, by path: the data directory of a server, a bundle, an export. */
export async function filesOf(directory: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // A running server removes files at any time.
    if (entry.isFile()) found.set(path, await readFile(path).catch(() => Buffer.alloc(0)))
  }
  return found
}

/** As `findings`, byte by byte: for dumps and for files that are no text. */
export function byteFindings(
  planted: readonly string[],
  places: ReadonlyMap<string, Uint8Array>,
): readonly string[] {
  const spellings = [...new Set(planted.flatMap(spellingsOf))]
  return [...places].flatMap(([place, bytes]) => {
    const searched = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return spellings
      .filter((one) => searched.includes(one, 0, 'utf8'))
      .map((one) => `${place}: ${one}`)
  })
}

/** Where a planted text stands, and how it is written there: `<place>: <spelling>`. */
export function findings(
  planted: readonly string[],
  places: ReadonlyMap<string, string>,
): readonly string[] {
  const spellings = [...new Set(planted.flatMap(spellingsOf))]
  return [...places].flatMap(([place, text]) =>
    spellings.filter((one) => text.includes(one)).map((one) => `${place}: ${one}`),
  )
}

/**
 * UTF-8, escaped, in an address, hexadecimal, and base64 at each of the three ways a text can lie in it; cut where
 * neighbours mix in.
 */
function spellingsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const base64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const core = encoded.slice(shift === 0 ? 0 : shift + 1, -1)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hashes = ['hex', 'base64url'] as const
  const quoted = JSON.stringify(text).slice(1, -1)
  return [
    text,
    quoted,
    quoted.replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
    encodeURIComponent(text),
    new URLSearchParams({ text }).toString().slice('text='.length),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('latin1'),
    ...base64,
    ...base64.map((one) => Buffer.from(one).toString('hex')),
    // An unsalted hash would be as good as the text to whoever guesses it.
    ...hashes.map((form) => createHash('sha256').update(bytes).digest(form)),
  ]
}
