import { v5 } from 'uuid'

/** UUIDv5 of `name` under another UUID: the same cause gives the same id, so that a repeat is recognised (RFC 9562 §5.5). */
export function derivedId(cause: string, name: string): string {
  return v5(name, cause)
}

/** The id of the `index`-th event (from 0) of a command. */
export const eventId = (commandId: string, index: number): string =>
  derivedId(commandId, String(index))
