/** A history with its content opened: what a person reads on one screen, and one entry in the access log. */
import type { Recorded } from '@wederhoor/decider/handler'
import { z } from 'zod'
import type { Sealed } from './fields.ts'
import type { Opened } from './port.ts'

export interface FileLine {
  readonly type: string
  readonly at: string
  /** In which role it was done. */
  readonly role: string
  /** Open fields by name. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Sensitive fields by name, opened; the word `erased`, or `lost`, where the content is no more. */
  readonly content: Readonly<Record<string, unknown>>
}

/** The same as an answer over HTTP gives it. */
export const fileLine = z.object({
  type: z.string(),
  at: z.iso.datetime(),
  role: z.string(),
  facts: z.record(z.string(), z.unknown()),
  content: z
    .record(z.string(), z.unknown())
    .describe('Opened from the vault; this reading was recorded.'),
})

/** What stands in a field instead of an opened content that is no more. */
export const ERASED = 'erased'

/**
 * The lines of a history, oldest first. `open` is called once with every commitment of it, in order, and answers in that
 * order (`Vault.open` behind it: the opening is durably recorded before anything is returned).
 */
export async function openedFile(
  recorded: readonly Recorded<{ readonly type: string }>[],
  open: (sealed: readonly Sealed<unknown>[]) => Promise<readonly Opened[]>,
): Promise<FileLine[]> {
  const lines = recorded.map(({ event, entry }) => ({ entry, fields: Object.entries(event) }))
  const sealed = lines.flatMap(({ fields }) =>
    fields.flatMap(([, value]) => (isSealed(value) ? [value] : [])),
  )
  const opened = await open(sealed)
  const contentOf = new Map(sealed.map((one, index) => [one.sealed, contentIn(opened[index])]))
  return lines.map(({ entry, fields }) => ({
    type: entry.type,
    at: entry.occurredAt,
    role: entry.actor.role,
    facts: Object.fromEntries(
      fields.filter(([name, value]) => name !== 'type' && !isSealed(value)),
    ),
    content: Object.fromEntries(
      fields.flatMap(([name, value]) =>
        isSealed(value) ? [[name, contentOf.get(value.sealed)]] : [],
      ),
    ),
  }))
}

/** What stands in a field instead of a content whose key was lost. */
const LOST = 'lost'

/** The opened value, or `ERASED`, or `lost`. */
export function contentIn(opened: Opened | undefined): unknown {
  if (opened?.kind === 'opened') return opened.value
  return opened?.kind === 'lost' ? LOST : ERASED
}

export function isSealed(value: unknown): value is Sealed<unknown> {
  return typeof value === 'object' && value !== null && 'sealed' in value
}
