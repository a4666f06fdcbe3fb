/** Full verification of a ledger on disk against a bare loop of hashes, its memory, and the proofs from its tiles. */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from './append.ts'
import { rounded } from './measuring.ts'
import { inChild } from './verify-child.ts'

const SIZES = [100_000, 1_000_000] as const
const PROOF_SIZES = [1_000, 1_000_000] as const

export async function benchVerify({ rounds }: BenchOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-bench-'))
  process.stdout.write(`${machine()}\n`)
  try {
    const roots = new Map<number, string>()
    const job = (size: number) => ({
      directory: join(directory, String(size)),
      size,
      root: roots.get(size) ?? '',
      rounds,
      otherDirectory: '',
      otherSize: 0,
    })
    for (const size of new Set([...PROOF_SIZES, ...SIZES])) {
      roots.set(size, (await inChild({ ...job(size), what: 'write' })).root)
    }
    const sizes: Record<number, Measured> = {}
    for (const size of SIZES) {
      const { peakRssMiB } = await inChild({ ...job(size), what: 'memory' })
      const measured = { ...(await inChild({ ...job(size), what: 'rounds' })), peakRssMiB }
      sizes[size] = measured
      print(size, measured)
    }
    const { directory: otherDirectory, size: otherSize } = job(PROOF_SIZES[1])
    const small = job(PROOF_SIZES[0])
    const proofs = await inChild({ ...small, otherDirectory, otherSize, what: 'proofs' })
    const result = {
      oursPerHashLoop: least(Object.values(sizes).map((one) => one.oursPerHashLoop)),
      treeOnlyPerHashLoop: least(Object.values(sizes).map((one) => one.treeOnlyPerHashLoop)),
      peakRssMoreMiB: rounded(peak(sizes, SIZES[1]) - peak(sizes, SIZES[0]), 1),
      proofP99Ratio: rounded(proofs.ratio, 2),
      sizes,
      proofs,
      rounds,
      machine: machine(),
    }
    process.stdout.write(
      `medians of ${rounds} rounds: verification of every hash and every entry runs at ${result.oursPerHashLoop} × a bare loop ` +
        `of the same hashes (hashes alone: ${result.treeOnlyPerHashLoop} ×); ` +
        `${result.peakRssMoreMiB} MiB more at 10^6 entries than at 10^5; ` +
        `a proof takes ${result.proofP99Ratio} × as long at 10^6 as at 10^3 (p99 ${proofs.largeP99Ms.toFixed(2)} and ${proofs.smallP99Ms.toFixed(2)} ms)\n`,
    )
    return result
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Measured {
  readonly oursPerHashLoop: number
  readonly treeOnlyPerHashLoop: number
  readonly oursSeconds: number
  readonly bareSeconds: number
  readonly peakRssMiB: number
}

function print(size: number, measured: Measured): void {
  process.stdout.write(
    `${String(size).padStart(8)} entries  ours ${measured.oursSeconds.toFixed(2)} s  bare loop ${measured.bareSeconds.toFixed(2)} s  ` +
      `${measured.oursPerHashLoop.toFixed(2)} × (hashes alone ${measured.treeOnlyPerHashLoop.toFixed(2)} ×)  ` +
      `peak RSS ${measured.peakRssMiB.toFixed(0)} MiB\n`,
  )
}

const least = (values: readonly number[]): number => rounded(Math.min(...values), 2)
const peak = (sizes: Readonly<Record<number, Measured>>, size: number): number =>
  sizes[size]?.peakRssMiB ?? Number.NaN
const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
