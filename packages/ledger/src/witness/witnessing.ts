/**
 * Takes the checkpoints of one ledger to its witnesses and publishes those that a quorum cosigned as `witnessed`. It stands
 * behind appends and integration and never in their way: where nobody cosigns, the ledger goes on and an alarm follows.
 */
import assert from 'node:assert/strict'
import { waiter } from '@wederhoor/event-store/waiter'
import { addSignatureLines } from '../signed-note.ts'
import type { TileStorage } from '../tile-storage.ts'
import { type AskedWitness, askedWitness, type WitnessHealth } from './asked-witness.ts'
import { isQuorum, quorumFault } from './quorum.ts'
import type { Witness } from './witness-client.ts'
import { WitnessError } from './witness-error.ts'
import {
  cosignaturesIn,
  newestCheckpoint,
  type UnwitnessedCheckpoint,
} from './witnessed-checkpoint.ts'

/** A witness holds another history than the ledger: somebody was shown, or will be shown, another one than others. */
export interface SplitView {
  /** Name of the witness. */
  readonly witness: string
  /** What it was shown. */
  readonly origin: string
  readonly size: number
  /** `ahead`: it cosigned a larger tree than there is. `other-tree`: one that ours did not grow from. */
  readonly code: 'ahead' | 'other-tree'
}

export interface WitnessingParts {
  readonly tiles: Pick<
    TileStorage,
    'readEpoch' | 'readTileOf' | 'readCheckpointOf' | 'publish' | 'keepVkey'
  >
  /** At least one, each with a key of its own. */
  readonly witnesses: readonly Witness[]
  /** How many of them make a checkpoint a witnessed one. */
  readonly k: number
  /** A witness did not cosign, or storage failed (`witness` is absent): it will be tried again. Once for each new reason. */
  readonly onFailure: (error: unknown, witness: string | undefined) => void
  /** Once, until that witness cosigns again. The worker goes on; a person must look. */
  readonly onSplitView: (incident: SplitView) => void
  /** No quorum for so long, while there is something newer than what was witnessed. Again after each such time. */
  readonly onOverdue: (waitedMs: number) => void
  /** Pause between two looks for a new checkpoint; 3 s by default. */
  readonly pollMs?: number
  /** For each request to a witness; 10 s by default. */
  readonly timeoutMs?: number
  /** Until `onOverdue`; a quarter of an hour by default. Counted by this process, anew when it starts. */
  readonly overdueMs?: number
  /** How long `settled` waits for witnesses that answer slowly; 2 s by default. */
  readonly settleMs?: number
  /** Never goes back. */
  readonly nowMs?: () => number
}

export interface WitnessingHealth {
  readonly isOverdue: boolean
  /** Since the first checkpoint that no quorum cosigned was seen; 0 where the newest is witnessed. */
  readonly waitedMs: number
  readonly witnesses: readonly WitnessHealth[]
}

export interface Witnessing {
  start(): void
  /** Ends requests that are under way. */
  stop(): Promise<void>
  /**
   * Resolves when the checkpoint that was there at the call was shown to every witness that can be reached. Does not wait
   * for those that failed before, nor longer than `settleMs`; whether a quorum cosigned is another question.
   */
  settled(): Promise<void>
  /** Shows the newest checkpoint to every witness whose pause is over. @throws what reading and writing tiles throws. */
  witness(): Promise<void>
  health(): WitnessingHealth
}

export function witnessing(parts: WitnessingParts): Witnessing {
  const { tiles, k } = parts
  const nowMs = parts.nowMs ?? (() => performance.now())
  const overdueMs = parts.overdueMs ?? 15 * 60_000
  const verifiers = parts.witnesses.map(({ verifier }) => verifier)
  const fault = quorumFault({ k, witnesses: verifiers })
  assert(fault === undefined, fault)
  const asking = { tiles, nowMs, timeoutMs: parts.timeoutMs ?? 10_000 }
  const asked = parts.witnesses.map((witness) => askedWitness(witness, asking))
  const wait = waiter()
  let running: Promise<void> | undefined
  let stopping = new AbortController()
  let last: Promise<void> = Promise.resolve()
  let shown: UnwitnessedCheckpoint | undefined
  /** Under `shown`, by vkey. */
  let lines = new Map<string, string>()
  let published = ''
  let waitingSince: number | undefined
  let alarms = 0
  const reported = new Map<string, string>()

  async function pass(): Promise<void> {
    const newest = await newestCheckpoint(tiles)
    if (newest === undefined) return
    if (newest.note !== shown?.note) await take(newest)
    // One that answers late keeps no quorum of others waiting.
    let publishing = publish(newest)
    const due = asked.filter((one) => !lines.has(one.vkey) && one.isDue())
    await Promise.all(
      due.map(async (one) => {
        await askOne(one, newest)
        publishing = publishing.then(() => publish(newest))
        publishing.catch(() => undefined)
      }),
    )
    await publishing
  }

  /** Also what another process, or this one before it ended, has got already. */
  async function take(newest: UnwitnessedCheckpoint): Promise<void> {
    const before = await tiles.readCheckpointOf(newest.epoch, 'witnessed')
    lines = new Map(cosignaturesIn(before, newest.text, verifiers))
    shown = newest
    published = isQuorum({ k, witnesses: verifiers }, lines.keys()) ? (before ?? '') : ''
  }

  async function askOne(one: AskedWitness, newest: UnwitnessedCheckpoint): Promise<void> {
    const { name } = one.health()
    try {
      const { line } = await one.ask(newest, stopping.signal)
      lines.set(one.vkey, line)
      reported.delete(name)
    } catch (error) {
      if (stopping.signal.aborted) return
      if (await isOnlyOld(error, newest)) return
      report(name, error, newest)
    }
  }

  /** It knows more than it was shown because the log has signed more meanwhile. */
  async function isOnlyOld(error: unknown, shownNow: UnwitnessedCheckpoint): Promise<boolean> {
    if (!(error instanceof WitnessError) || error.knownSize === undefined) return false
    const newest = await newestCheckpoint(tiles)
    return (
      newest !== undefined && (newest.origin !== shownNow.origin || newest.size >= error.knownSize)
    )
  }

  function report(name: string, error: unknown, { origin, size }: UnwitnessedCheckpoint): void {
    const code = error instanceof WitnessError ? error.code : 'failed'
    if (reported.get(name) === code) return
    reported.set(name, code)
    parts.onFailure(error, name)
    if (code === 'ahead' || code === 'other-tree')
      parts.onSplitView({ witness: name, origin, size, code })
  }

  /** The same note whatever the order in which they answered. */
  async function publish({ note, text, size, epoch }: UnwitnessedCheckpoint): Promise<void> {
    if (!isQuorum({ k, witnesses: verifiers }, lines.keys())) return
    const elsewhere = cosignaturesIn(
      await tiles.readCheckpointOf(epoch, 'witnessed'),
      text,
      verifiers,
    )
    const inOrder = verifiers.flatMap(({ vkey }) => lines.get(vkey) ?? elsewhere.get(vkey) ?? [])
    const witnessed = addSignatureLines(note, inOrder)
    if (witnessed === published) return
    for (const { vkey } of verifiers) if (lines.has(vkey)) await tiles.keepVkey(vkey)
    await tiles.publish('witnessed', witnessed, size)
    published = witnessed
  }

  /** Whatever became of the pass. */
  function watch(): void {
    if (shown === undefined || published !== '') {
      waitingSince = undefined
      alarms = 0
      return
    }
    waitingSince ??= nowMs()
    const waited = nowMs() - waitingSince
    if (waited < overdueMs * (alarms + 1)) return
    alarms = Math.floor(waited / overdueMs)
    parts.onOverdue(waited)
  }

  function witness(): Promise<void> {
    const mine = last.then(pass).finally(watch)
    last = mine.catch(() => undefined)
    return mine
  }

  async function tried(): Promise<void> {
    try {
      await witness()
      reported.delete('')
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown'
      if (reported.get('') === reason) return
      reported.set('', reason)
      parts.onFailure(error, undefined)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tried()
      await wait.untilStopped(parts.pollMs ?? 3_000)
    }
  }

  return {
    start() {
      if (running !== undefined) return
      stopping = new AbortController()
      wait.restart()
      running = run()
    },
    async stop() {
      stopping.abort()
      wait.stop()
      await running
      running = undefined
      await last
    },
    async settled() {
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, parts.settleMs ?? 2_000)
      await Promise.race([tried(), late.promise])
      clearTimeout(timer)
    },
    witness,
    health: () => ({
      isOverdue: alarms > 0,
      waitedMs: waitingSince === undefined ? 0 : nowMs() - waitingSince,
      witnesses: asked.map((one) => one.health()),
    }),
  }
}
