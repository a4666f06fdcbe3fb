/** The client's own list of what it saw acknowledged: one line per 201, on disk before the next request goes out. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface Acknowledged {
  readonly index: number
  readonly dossier: string
  readonly code: string
  readonly status: string
  readonly offeredTo: string | null
}

export interface AcknowledgedList {
  readonly all: ReadonlyMap<number, Acknowledged>
  add(one: Acknowledged): void
}

/** Goes on with the lines of an earlier run of the same file; a last line that a kill cut off is dropped. */
export function acknowledgedList(path: string): AcknowledgedList {
  const all = new Map<number, Acknowledged>()
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  for (const line of lines) {
    const one = parsed(line)
    if (one !== undefined) all.set(one.index, one)
  }
  return {
    all,
    add(one) {
      all.set(one.index, one)
      // A cut-off line ends here, so that it swallows nothing of this one.
      appendFileSync(path, `\n${JSON.stringify(one)}\n`, { flush: true })
    },
  }
}

function parsed(line: string): Acknowledged | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Acknowledged)
  } catch {
    return undefined
  }
}
