/**
 * Who was erased, kept outside the database: a restored backup knows nothing of the erasures after it, this does. It names
 * random ids only. Where it is lost, a restored backup still knows the erasures that its own ledger holds, and no later ones.
 */
import assert from 'node:assert/strict'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { VaultError } from './port.ts'
import { isAbsent, syncDirectory } from './secret-file.ts'
import type { Owner } from './storage.ts'

export interface Erased extends Owner {
  /** Those whose rows of the directory went as well, in this dossier. */
  readonly pseudonyms: readonly string[]
  /** What must not open in a backup either; known once the live stores are clean. */
  readonly ending?: Ending | undefined
}

export interface Ending {
  /** KEK epochs that a backup would need. */
  readonly epochs: readonly string[]
  /** From when no backup is kept that holds the keys, an instant: then the epochs end. */
  readonly dueAt: string
}

export interface ErasureRegister {
  /** Durable on return. What stands already is not written again. @throws VaultError unavailable, tampered. */
  add(erased: Erased): Promise<void>
  /** Each owner once, with all pseudonyms. @throws VaultError unavailable; tampered: something else stands there. */
  read(): Promise<readonly Erased[]>
}

/** A register that ends with the process. */
export function memoryRegister(): ErasureRegister {
  let all: readonly Erased[] = []
  return {
    async add(erased) {
      all = merged([...all, erased])
    },
    read: async () => all,
  }
}

/**
 * A register in a file: one line of JSON `{"dossier","party","pseudonyms","ending"?}` for each call that said something new, only
 * ever appended to, mode 0600. Keep it beside the KEK, away from the database and from its backup. A line that a crash cut
 * off begins as one and does not end as one: its call never returned, so it does not count; nor does an empty line. Any
 * other line that names nobody is refused. Several processes may use one file.
 */
export function fileRegister({ path }: { readonly path: string }): ErasureRegister {
  let queue: Promise<unknown> = Promise.resolve()
  const read = async () => parse(await textIn(path), path)

  async function add(erased: Erased): Promise<void> {
    const known = (await read()).find((one) => nameOf(one) === nameOf(erased))
    if (known && isSame(merged([known, erased])[0], known)) return
    await append(path, `${JSON.stringify(line.parse(erased))}\n`)
  }

  return {
    add(erased) {
      const added = queue.then(() => add(erased))
      queue = added.catch(() => undefined)
      return added
    },
    read,
  }
}

const line = z.strictObject({
  dossier: z.uuid(),
  party: z.uuid(),
  pseudonyms: z.array(z.uuid()),
  ending: z.strictObject({ epochs: z.array(z.string()), dueAt: z.iso.datetime() }).optional(),
})

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

function parse(text: string, path: string): readonly Erased[] {
  const lines = text.split('\n').slice(0, -1)
  return merged(
    lines.flatMap((one, index) => {
      const parsed = line.safeParse(jsonIn(one))
      if (parsed.success) return [parsed.data]
      if (isCutOff(one)) return []
      throw new VaultError('tampered', `${path}: line ${index + 1} names nobody who was erased`)
    }),
  )
}

/** What a write that was cut off leaves: the beginning of a line, or nothing. */
const isCutOff = (one: string): boolean =>
  BEGIN.startsWith(one.slice(0, BEGIN.length)) && !one.endsWith('}')

const BEGIN = '{"dossier":"'

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function merged(all: readonly Erased[]): readonly Erased[] {
  const byOwner = new Map<string, Erased>()
  for (const { dossier, party, pseudonyms, ending: later } of all) {
    const before = byOwner.get(nameOf({ dossier, party }))
    const both = [...new Set([...(before?.pseudonyms ?? []), ...pseudonyms])]
    const ending = endingOf(before?.ending, later)
    const erased = { dossier, party, pseudonyms: both }
    byOwner.set(nameOf(erased), ending === undefined ? erased : { ...erased, ending })
  }
  return [...byOwner.values()]
}

/** The later date, of all epochs. */
function endingOf(one: Ending | undefined, other: Ending | undefined): Ending | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const later = one.dueAt > other.dueAt ? one : other
  return { epochs: [...new Set([...one.epochs, ...other.epochs])], dueAt: later.dueAt }
}

const nameOf = (owner: Owner): string => `${owner.dossier}|${owner.party}`

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isAbsent(cause)) return ''
    throw new VaultError('unavailable', `${path} cannot be read`, { cause })
  }
}

async function append(path: string, text: string): Promise<void> {
  assert(text.endsWith('\n') && text.length < 65_536, 'one line, written at once')
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'a+', 0o600)
    try {
      // What a crash cut off stays, with a line end behind it: another process may be writing where it ends.
      const isTorn = !['', '\n'].includes((await file.readFile('utf8')).slice(-1))
      await file.write(isTorn ? `\n${text}` : text)
      await file.sync()
    } finally {
      await file.close()
    }
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw new VaultError('unavailable', `${path} cannot be written`, { cause })
  }
}
