/** One measurement in a process of its own, so that memory is counted and heaps do not mix. Started by `inChild`. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Checkpoint } from '@wederhoor/ledger/checkpoint'
import { entrySequence } from '@wederhoor/ledger/entry-sequence'
import { inclusionProof } from '@wederhoor/ledger/proof'
import { tileHashReader } from '@wederhoor/ledger/tile-hashes'
import { verifyLog } from '@wederhoor/ledger/verify-log'
import { median, percentile } from './measuring.ts'
import { hashAll, hashInputs } from './verify-bare-loop.ts'
import { LEDGER, logFiles, writeLog } from './verify-log-files.ts'

export interface Job {
  readonly what: 'write' | 'rounds' | 'memory' | 'proofs'
  readonly directory: string
  readonly size: number
  /** Base64. */
  readonly root: string
  readonly rounds: number
  /** Proofs only: the larger ledger. */
  readonly otherDirectory: string
  readonly otherSize: number
}

const jobs = {
  write: async ({ directory, size }: Job) => ({
    root: Buffer.from(writeLog(directory, size).root).toString('base64'),
  }),

  /** Interleaved, so that a slow moment of the machine falls on all three alike. */
  async rounds(job: Job) {
    const inputs = await hashInputs(job.size, logFiles(job.directory).entries)
    assert.equal(inputs.leaves.length + inputs.nodes.length, 2 * job.size - 1)
    const seconds = { ours: [] as number[], treeOnly: [] as number[], bare: [] as number[] }
    // The first rounds are the compiler's.
    for (let round = 0; round < WARM_UP; round += 1) {
      hashAll(inputs)
      await verified(job, true)
      await verified(job, false)
    }
    for (let round = 0; round < job.rounds; round += 1) {
      seconds.bare.push(await secondsOf(async () => hashAll(inputs)))
      seconds.ours.push(await secondsOf(() => verified(job, true)))
      seconds.treeOnly.push(await secondsOf(() => verified(job, false)))
    }
    const ratios = (of: readonly number[]): number =>
      median(of.map((value, round) => (seconds.bare[round] ?? Number.NaN) / value))
    return {
      oursPerHashLoop: ratios(seconds.ours),
      treeOnlyPerHashLoop: ratios(seconds.treeOnly),
      oursSeconds: median(seconds.ours),
      bareSeconds: median(seconds.bare),
    }
  },

  async memory(job: Job) {
    await verified(job, true)
    return { peakRssMiB: process.resourceUsage().maxRSS / 1_024 }
  },

  /**
   * Each proof from tiles that were not read before, as one who asks once has it; of both ledgers in turn, so that what the
   * machine does meanwhile falls on both.
   */
  async proofs({ directory, size, otherDirectory, otherSize, rounds }: Job) {
    const small = proofsFrom(directory, size)
    const large = proofsFrom(otherDirectory, otherSize)
    const p99s: { small: number; large: number }[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const milliseconds = { small: [] as number[], large: [] as number[] }
      for (let turn = 0; turn < PROOFS; turn += 1) {
        milliseconds.small.push(await small(turn))
        milliseconds.large.push(await large(turn))
      }
      const small99 = percentile(milliseconds.small, 0.99)
      if (round > 0) p99s.push({ small: small99, large: percentile(milliseconds.large, 0.99) })
    }
    return {
      smallP99Ms: median(p99s.map(({ small }) => small)),
      largeP99Ms: median(p99s.map(({ large }) => large)),
      ratio: median(p99s.map(({ small, large }) => large / small)),
    }
  },
}

const PROOFS = 1_000
const WARM_UP = 3

/** Milliseconds of one proof of some leaf. */
function proofsFrom(directory: string, size: number): (turn: number) => Promise<number> {
  const { tiles } = logFiles(directory)
  return async (turn) => {
    const index = (turn * 7_919 + 13) % size
    const seconds = await secondsOf(async () => {
      await inclusionProof(tileHashReader(tiles, size), { index, size })
    })
    return seconds * 1_000
  }
}

/** As `audit verify` does it: every hash, and every entry's form, stream, revision and id. */
async function verified({ directory, size, root }: Job, withEntries: boolean): Promise<void> {
  const checkpoint: Checkpoint = { origin: LEDGER, size, root: Buffer.from(root, 'base64') }
  const sequence = entrySequence({ ledger: LEDGER, size })
  const onEntry = (_leafIndex: number, bytes: Uint8Array): string | undefined => {
    const next = sequence.next(bytes)
    return typeof next === 'string' ? next : undefined
  }
  const log = { checkpoint, ...logFiles(directory) }
  const verdict = await verifyLog(withEntries ? { ...log, onEntry } : log)
  assert.deepEqual(verdict, { ok: true, entries: size })
}

async function secondsOf(action: () => Promise<void>): Promise<number> {
  const beganMs = performance.now()
  await action()
  return (performance.now() - beganMs) / 1_000
}

type Result<What extends Job['what']> = Awaited<ReturnType<(typeof jobs)[What]>>

/** The result of the job, from another process. */
export async function inChild<What extends Job['what']>(
  job: Job & { readonly what: What },
): Promise<Result<What>> {
  const child = fork(import.meta.filename, [JSON.stringify(job)])
  const ended = once(child, 'exit')
  let result: Result<What> | undefined
  child.once('message', (message) => {
    result = message as Result<What>
  })
  const [code] = await ended
  if (result === undefined) throw new Error(`the measurement ${job.what} ended with ${code}`)
  return result
}

if (import.meta.main) {
  const job = JSON.parse(process.argv[2] ?? '') as Job
  const result = await jobs[job.what](job)
  process.send?.(result, () => process.disconnect())
}
