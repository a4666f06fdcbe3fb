import { decodeMessage, packWire, type Wire } from './cloudevents.ts'
import type { Delivery } from './port.ts'

const NOTHING = new Uint8Array()

/** What an adapter hands to its subscriber, from what it found at `place`. */
export function deliveryOf(
  place: { readonly topic: string; readonly partition: number; readonly offset: string },
  wire: Wire,
): Delivery {
  const message = decodeMessage(wire)
  return { ...place, message, key: wire.key, raw: message === undefined ? packWire(wire) : NOTHING }
}
