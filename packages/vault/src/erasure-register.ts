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
 * A register in a file: one line of JSON `{"dossier","party","pseudonyms"}` for each call that said something new, only
 * ever appended to, mode 0600. Keep it beside the KEK, away from the database and from its backup. A last line without an
 * end was cut off by a crash; its call never returned, so it does not count. Several processes may use one file.
 */
export function fileRegister({ path }: { readonly path: string }): ErasureRegister {
  let queue: Promise<unknown> = Promise.resolve()
  const read = async () => parse(await textIn(path), path)

  async function add(erased: Erased): Promise<void> {
    const known = (await read()).find((one) => nameOf(one) === nameOf(erased))
    if (known && erased.pseudonyms.every((one) => known.pseudonyms.includes(one))) return
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
})

function parse(text: string, path: string): readonly Erased[] {
  const lines = text.split('\n').slice(0, -1)
  return merged(
    lines.map((one, index) => {
      const parsed = line.safeParse(jsonIn(one))
      if (parsed.success) return parsed.data
      throw new VaultError('tampered', `${path}: line ${index + 1} names nobody who was erased`)
    }),
  )
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function merged(all: readonly Erased[]): readonly Erased[] {
  const byOwner = new Map<string, Erased>()
  for (const { dossier, party, pseudonyms } of all) {
    const before = byOwner.get(nameOf({ dossier, party }))?.pseudonyms ?? []
    const both = [...new Set([...before, ...pseudonyms])]
    byOwner.set(nameOf({ dossier, party }), { dossier, party, pseudonyms: both })
  }
  return [...byOwner.values()]
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
      const before = await file.readFile()
      const whole = before.lastIndexOf(0x0a) + 1
      if (whole < before.length) await file.truncate(whole)
      await file.write(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw new VaultError('unavailable', `${path} cannot be written`, { cause })
  }
}
