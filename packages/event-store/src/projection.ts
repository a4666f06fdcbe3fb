/** Entries applied once each, in order, with the checkpoint in the same transaction as the effects. */
import type { Pool, PoolClient } from 'pg'
import { checkedOut, tolerateIdleLoss } from './checked-out.ts'
import { type Checkpoint, checkpoint } from './checkpoint.ts'
import { type EventStore, type Position, START, type StoredEntry } from './port.ts'
import { waiter } from './waiter.ts'

export interface ProjectionOptions {
  readonly store: EventStore
  /** Where the effects and the table of checkpoints stand. */
  readonly db: Pool
  /** Names the checkpoint. A new name begins at the first entry: that is how a shadow is built. */
  readonly name: string
  /** Writes the effects of consecutive entries through `tx` alone, and neither commits nor rolls back. */
  readonly apply: (entries: readonly StoredEntry[], tx: PoolClient) => Promise<void>
  /** Empties what `apply` filled; needed for `rebuild`. */
  readonly reset?: (tx: PoolClient) => Promise<void>
  /** How often to look without having been woken; 250 by default. */
  readonly pollMs?: number
  /** Entries per transaction; 500 by default. */
  readonly batchMax?: number
  /** Schema of the table of checkpoints; `projection` by default. */
  readonly schema?: string
  /**
   * True: a batch is on disk when it counts as applied. By default a crash of the database may take back the last
   * moment of effects, always together with their checkpoint, and they are applied again.
   */
  readonly durable?: boolean
  /** Hears every failed attempt, and the failure that stops the projection. */
  readonly onError?: (error: unknown, health: ProjectionHealth) => void
}

export interface ProjectionHealth {
  readonly name: string
  /** `failing` retries with growing pauses; `halted` has given up and needs a person. */
  readonly state: 'stopped' | 'running' | 'failing' | 'halted'
  readonly position: Position
  /** Attempts that failed since something was last applied. */
  readonly failures: number
}

export interface Projection {
  /**
   * Begins to follow. Resolves once the checkpoint was read.
   * @throws ProjectionError checkpoint-ahead; whatever the database throws when it does not answer.
   */
  start(): Promise<void>
  /** Resolves when the batch in flight, if any, has been committed or rolled back. */
  stop(): Promise<void>
  /** Resolves when all that was durable in the store at the time of the call has been applied. Rejects once it stops. */
  settled(): Promise<void>
  position(): Position
  health(): ProjectionHealth
  /** Empties by `reset` and rewinds in one transaction; then everything is applied anew. */
  rebuild(): Promise<void>
}

export type ProjectionErrorCode =
  /** The store's head lies before what was applied: an older backup or a lagging replica. Nothing was changed. */
  | 'checkpoint-ahead'
  /** Waited for a projection that was stopped. */
  | 'stopped'

export class ProjectionError extends Error {
  readonly code: ProjectionErrorCode
  constructor(code: ProjectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProjectionError'
    this.code = code
  }
}

const HEAD_EVERY_MS = 1_000
const PAUSE_MS_MAX = 5_000

/**
 * Two live runners of one name never both apply an entry: the checkpoint's row is moved first in each transaction, from
 * the very position that was read, and stays locked until its end. A failing `apply` is rolled back and tried again, for
 * ever, with pauses of 50 ms growing to 5 s.
 */
export function projection(options: ProjectionOptions): Projection {
  const { store, db, name } = options
  const row: Checkpoint = checkpoint(db, options.schema ?? 'projection', name)
  const begin = options.durable === true ? 'begin' : 'begin; set local synchronous_commit to off'
  const sleep = waiter()
  tolerateIdleLoss(db)
  const waiting = new Set<{ target: Position; resolve: () => void; reject: (e: unknown) => void }>()
  let state: ProjectionHealth['state'] = 'stopped'
  let at: Position = START
  let failures = 0
  let rewound = false
  let headSeenMs = 0
  let loop: Promise<void> = Promise.resolve()
  let unsubscribe = () => {}

  const health = (): ProjectionHealth => ({ name, state, position: at, failures })
  const following = () => state === 'running' || state === 'failing'

  function reach(position: Position): void {
    at = position
    for (const one of waiting) {
      if (store.compare(at, one.target) < 0) continue
      waiting.delete(one)
      one.resolve()
    }
  }

  function end(ending: 'stopped' | 'halted', error: ProjectionError): void {
    state = ending
    unsubscribe()
    for (const one of waiting) one.reject(error)
    waiting.clear()
  }

  async function checkHead(): Promise<void> {
    headSeenMs = performance.now()
    const head = await store.head()
    if (store.compare(at, head) <= 0) return
    throw new ProjectionError('checkpoint-ahead', `${name} stands at ${at}, the store at ${head}`)
  }

  /** The connection is dropped after a failure, in whatever state it is, and its transaction with it. */
  async function transact(work: (tx: PoolClient) => Promise<boolean>): Promise<boolean> {
    return checkedOut(db, async (tx) => {
      await tx.query(begin)
      const keep = await work(tx)
      const { command } = await tx.query(keep ? 'commit' : 'rollback')
      if (keep && command !== 'COMMIT')
        throw new Error(`${name}: the commit was answered ${command}`)
      return keep
    })
  }

  async function advance(entries: readonly StoredEntry[], to: Position): Promise<void> {
    const from = at
    const applied = await transact(async (tx) => {
      if (!(await row.move(tx, from, to))) return false
      await options.apply(entries, tx)
      return true
    })
    failures = 0
    if (following()) state = 'running'
    reach(applied ? to : await row.read())
  }

  async function step(): Promise<void> {
    sleep.forgetWake()
    if (rewound) {
      rewound = false
      reach(await row.read())
    }
    const entries = await store.readAll(at, options.batchMax ?? 500)
    const last = entries.at(-1)
    if (last !== undefined) return advance(entries, last.position)
    if (performance.now() - headSeenMs > HEAD_EVERY_MS) await checkHead()
    if (failures > 0) {
      failures = 0
      state = 'running'
    }
    await sleep.untilWoken(options.pollMs ?? 250)
  }

  async function run(): Promise<void> {
    while (following()) {
      try {
        await step()
      } catch (error) {
        if (error instanceof ProjectionError) end('halted', error)
        else if (following()) {
          failures += 1
          state = 'failing'
        }
        options.onError?.(error, health())
        if (following()) await sleep.untilStopped(Math.min(PAUSE_MS_MAX, 50 * 2 ** (failures - 1)))
      }
    }
  }

  return {
    position: () => at,
    health,
    async start() {
      if (following()) return
      at = await row.read()
      try {
        await checkHead()
      } catch (error) {
        if (error instanceof ProjectionError) {
          end('halted', error)
          options.onError?.(error, health())
        }
        throw error
      }
      state = 'running'
      failures = 0
      sleep.restart()
      unsubscribe = store.onAppended(sleep.wake)
      loop = run()
    },
    async stop() {
      if (following()) end('stopped', new ProjectionError('stopped', `${name} was stopped`))
      sleep.stop()
      await loop
    },
    async settled() {
      const target = await store.head()
      if (!following()) throw new ProjectionError('stopped', `${name} is not running`)
      if (!rewound && store.compare(at, target) >= 0) return
      await new Promise<void>((resolve, reject) => {
        waiting.add({ target, resolve, reject })
        sleep.wake()
      })
    },
    async rebuild() {
      const { reset } = options
      if (reset === undefined) throw new TypeError(`${name} does not say how it is emptied`)
      await row.read()
      await transact(async (tx) => {
        await row.rewind(tx)
        await reset(tx)
        return true
      })
      rewound = true
      sleep.wake()
    },
  }
}
