/**
 * Watches both logs from within: each new checkpoint and each new entry soon after it was signed, and between times all
 * older ones, a bundle of 256 a second, over and over. It shares a process with what it watches: against whoever holds that
 * only a watcher elsewhere helps. What it finds becomes an incident; it stops nothing.
 */
import { rounds } from '@wederhoor/calendar/rounds'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { verifierOf, vkeyOf } from '@wederhoor/ledger/signed-note'
import { TILE_WIDTH } from '@wederhoor/ledger/tile'
import type { LedgerEvidence, ServiceParts } from '@wederhoor/runtime/service-parts'
import type { SigningKey } from '@wederhoor/runtime/signing-keys'
import type { Worker } from '@wederhoor/runtime/workers'
import { evidenceHandler } from '../routes/rooms.ts'
import { type Look, look } from './follow.ts'
import { type Incident, incidentName, recordIncident } from './incident.ts'
import { rehash } from './rehash.ts'

type WatcherParts = Pick<ServiceParts, 'evidence' | 'signingKeys' | 'clock' | 'logger' | 'ledger'>

const ROUND_MS = 1_000
/** New bundles that one round takes in; what is left waits for the next. */
const NEW_MAX = 16

/** `settled` resolves when both logs were looked at once more; also while one is halted. */
export function watcher(parts: WatcherParts): Worker {
  const { evidence, logger } = parts
  const handler = evidenceHandler(parts)
  const all = [
    watching(parts, evidence.caseHistory, 'log'),
    watching(parts, evidence.access, 'access-log'),
  ]
  const known = new Set<string>()

  async function round(): Promise<void> {
    for (const look of all) {
      try {
        for (const incident of await look()) await report(incident)
      } catch (error) {
        failed(error)
      }
    }
  }

  function failed(error: unknown): void {
    const failure = error instanceof Error ? error.name : 'unknown'
    logger.warn({ part: 'watcher', failure }, 'tried again')
  }

  async function report(incident: Incident): Promise<void> {
    const name = incidentName(incident)
    if (known.has(name)) return
    await recordIncident({ handler, clock: parts.clock }, incident)
    known.add(name)
    const { log, reason, position, size } = incident
    logger.error(
      { part: 'watcher', object: log, code: reason, position, size },
      'the evidence does not hold: keep everything as it is and find out why',
    )
  }

  return rounds({ work: round, pauseMs: ROUND_MS, onFailure: failed })
}

function watching(
  { signingKeys }: WatcherParts,
  { store, tiles, origin }: LedgerEvidence,
  key: SigningKey,
): () => Promise<readonly Incident[]> {
  const log = {
    readTile: tiles.readTile,
    readCheckpoint: () => tiles.readCheckpoint('integrated'),
  }
  let last: Checkpoint | undefined
  /** Bundles before this one were hashed since the start, or stood there then. */
  let next: number | undefined
  let patrol = 0

  async function seen(): Promise<Look> {
    const epoch = await tiles.readEpoch()
    // In a new epoch the tree begins anew: what was lost, its first entry says.
    const from = last?.origin === (epoch?.origin ?? origin) ? last : undefined
    const keys = await signingKeys.publicKeys(key)
    return look(log, (of) => keys.map((one) => verifierOf(vkeyOf(of, one))), from)
  }

  return async () => {
    const incident = { log: origin, detectedBy: 'watcher' } as const
    const found: Incident[] = []
    let look = await seen()
    // Between two reads an epoch may have begun: what does not hold is looked at twice.
    if (look.kind === 'failed') look = await seen()
    if (look.kind === 'failed') found.push({ ...incident, reason: look.reason, size: look.size })
    if (look.kind === 'same' || look.kind === 'verified') last = look.checkpoint
    if (last === undefined || last.size === 0) return found

    const bundles = Math.ceil(last.size / TILE_WIDTH)
    const before = Math.min(next ?? bundles - 1, bundles - 1)
    const fresh = Array.from({ length: bundles - before }, (_, at) => before + at).slice(0, NEW_MAX)
    patrol = patrol % bundles
    for (const index of new Set([...fresh, patrol])) {
      const bad = await rehash({ store, tiles }, last, index)
      if (bad !== undefined) found.push({ ...incident, ...bad, size: last.size })
    }
    next = (fresh.at(-1) ?? before) + (fresh.length === NEW_MAX ? 1 : 0)
    patrol += 1
    return found
  }
}
