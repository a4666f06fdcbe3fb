import { z } from 'zod'

const written = z.iso.datetime({ offset: true })

/**
 * A moment as people write it, with a zone, as an instant in UTC with milliseconds; undefined for anything else. A date
 * without a time is no moment: whether it means its beginning or its end, nobody said.
 */
export function instantIn(text: string): string | undefined {
  return written.safeParse(text).success ? new Date(text).toISOString() : undefined
}
