/**
 * Appends per second, one event per append, on the same embedded server, in interleaved rounds: ours with everything that
 * comes with it (the sensitive field sealed, the tree integrated), and what each of the two costs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@wederhoor/postgres/embedded-server'
import pg from 'pg'
import { type Measurement, measureWriters, median, rounded } from './measuring.ts'
import { benchVault, type Form, ours } from './ours.ts'
import { emmett, type Peer, raw, rawSingle } from './peers.ts'

export interface BenchOptions {
  readonly rounds: number
  readonly seconds: number
  readonly kafka: boolean
}

const WRITERS = [1, 32, 256] as const
/** Where the forms of ours are told apart. */
const FORM_WRITERS = 32
const POOL_MAX = 280
const FORMS: readonly Form[] = [
  { name: 'bare', isSealed: false, isIntegrated: false },
  { name: 'sealing', isSealed: true, isIntegrated: false },
  { name: 'integrating', isSealed: false, isIntegrated: true },
  { name: 'ours', isSealed: true, isIntegrated: true },
]

export async function benchAppend({ rounds, seconds }: BenchOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'wederhoor-bench-'))
  const server = await startPostgres({
    dataDirectory: join(directory, 'data'),
    settings: { max_connections: '640' },
  })
  const pools: pg.Pool[] = []
  const pool = (max: number): pg.Pool => {
    const made = new pg.Pool({ connectionString: server.url, max })
    // The server is stopped under idle connections at the end.
    made.on('error', () => undefined)
    pools.push(made)
    return made
  }
  try {
    const settings = await durability(pool(1))
    process.stdout.write(
      `${machine()}; ${Object.entries(settings)
        .map((one) => one.join(' = '))
        .join(', ')}\n`,
    )
    const own = pool(30)
    const { vault, close } = await benchVault(own)
    const guards = join(directory, 'guards')
    const forms = await Promise.all(FORMS.map((form) => ours(form, { pool: own, vault, guards })))
    const others = [await emmett(pool(POOL_MAX), server.url), await raw(pool(4))]
    const peers: readonly Peer[] = [...forms, ...others]
    const single = await rawSingle(pool(1))
    const perSecond = new Map<string, number[]>()
    const acknowledged = new Map<Peer, number>()
    const note = (key: string, value: number): void => {
      perSecond.set(key, [...(perSecond.get(key) ?? []), value])
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const writers of WRITERS) {
        for (const peer of turned(peers, round)) {
          const isPart = peer.name !== 'ours' && forms.some((form) => form === peer)
          if (isPart && writers !== FORM_WRITERS) continue
          const found = await measured(peer, writers, seconds)
          note(`${peer.name} ${writers}`, found.perSecond)
          acknowledged.set(peer, (acknowledged.get(peer) ?? 0) + found.acknowledged)
          process.stdout.write(
            `round ${round}  ${String(writers).padStart(3)} writers  ${peer.name.padEnd(11)}  ${found.perSecond.toFixed(0).padStart(7)} per s\n`,
          )
        }
      }
      note('single', (await measureWriters(1, seconds, single)).perSecond)
    }
    const counted: Record<string, { acknowledged: number; rows: number }> = {}
    for (const peer of peers) {
      counted[peer.name] = { acknowledged: acknowledged.get(peer) ?? 0, rows: await peer.rows() }
    }
    const at = (key: string): number => rounded(median(perSecond.get(key) ?? []))
    const writers = Object.fromEntries(
      WRITERS.map((count) => [
        count,
        { ours: at(`ours ${count}`), emmett: at(`emmett ${count}`), raw: at(`raw ${count}`) },
      ]),
    )
    const [bare, sealing, integrating, both] = FORMS.map(({ name }) =>
      at(`${name} ${FORM_WRITERS}`),
    )
    const share = (part: number | undefined): number => rounded((part ?? 0) / (bare ?? 1), 2)
    const result = {
      writers,
      forms: { bare, sealing, integrating, both },
      ofBare: { sealing: share(sealing), integrating: share(integrating), both: share(both) },
      checkpointBehindMs: rounded(Math.max(...forms.flatMap((form) => form.behindMs()))),
      oursPerEmmett: rounded(at('ours 32') / at('emmett 32'), 2),
      oursPerRaw: rounded(at('ours 32') / at('raw 32'), 2),
      singleInsert: at('single'),
      oursPerSingleInsert: rounded(at('ours 1') / at('single'), 2),
      settings,
      counted,
      everyAcknowledgedIsThere: Object.values(counted).every(
        (one) => one.acknowledged === one.rows,
      ),
      rounds,
      seconds,
      machine: machine(),
    }
    process.stdout.write(
      `medians of ${rounds} rounds at 32 writers: ours ${at('ours 32')}, emmett ${at('emmett 32')}, raw ${at('raw 32')} per s; ` +
        `ours is ${result.oursPerEmmett} × emmett and ${result.oursPerRaw} × raw; ` +
        `at 1 writer ${result.oursPerSingleInsert} × a single INSERT\n` +
        `of ${bare} per s that ours does bare, sealing leaves ${sealing} (${result.ofBare.sealing} ×), integrating ` +
        `${integrating} (${result.ofBare.integrating} ×), both ${both} (${result.ofBare.both} ×); a checkpoint covered ` +
        `everything at most ${result.checkpointBehindMs} ms after the last append\n` +
        `rows = acknowledged: ${result.everyAcknowledgedIsThere}\n`,
    )
    for (const peer of peers) await peer.close()
    await close()
    return result
  } finally {
    await Promise.allSettled(pools.map((one) => one.end()))
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** In each round another goes first: whoever follows on a busy disk is not always the same. */
const turned = (peers: readonly Peer[], round: number): readonly Peer[] => {
  const first = round % peers.length
  return [...peers.slice(first), ...peers.slice(0, first)]
}

async function measured(peer: Peer, writers: number, seconds: number): Promise<Measurement> {
  peer.beside?.start()
  try {
    return await measureWriters(writers, seconds, peer.append)
  } finally {
    await peer.beside?.stop()
  }
}

async function durability(pool: pg.Pool): Promise<Readonly<Record<string, string>>> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`,
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.setting]))
}

const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
