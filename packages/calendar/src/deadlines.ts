import type { Pool, PoolClient } from 'pg'
import type { Clock, MovableClock } from './clock.ts'
import type { Instant } from './instants.ts'
import { type Rounds, rounds } from './rounds.ts'

/** What an entry does to the deadlines of its stream. A kind has one due instant at a time: the last one set. */
export interface DeadlineChanges<Kind extends string = string> {
  readonly set?: readonly { readonly kind: Kind; readonly dueAt: string }[]
  readonly clear?: readonly Kind[]
}

export interface Deadline {
  readonly stream: string
  readonly dossier: string | null
  readonly kind: string
  readonly dueAt: Instant
}

/** A round resolves whatever is due by then. */
export interface Deadlines extends Rounds {
  /** Writes what an entry changes, inside the projection's transaction. Clears first, then sets. */
  record(
    tx: PoolClient,
    of: { readonly stream: string; readonly dossier: string | null },
    changes: DeadlineChanges,
  ): Promise<void>
}

export interface DeadlinesParts {
  /** Holds schema `clock` of this package's migrations. */
  readonly db: Pool
  readonly clock: Clock | MovableClock
  /** Whose deadlines these are. */
  readonly service: string
  /**
   * Puts the reached deadline before its decider, which alone knows whether it still stands. Called at least once for
   * each deadline, so it must be a command with a derived id; when it rejects, it is called again later.
   */
  readonly resolve: (deadline: Deadline) => Promise<void>
  readonly pollMs?: number
  readonly onFailure?: (error: unknown) => void
}

const BATCH = 100

/**
 * Wakes deciders when a due instant has passed by the clock port, never by a timer of days. A due instant is reached
 * by the first instant after it. Two processes may resolve the same deadline: the loser finds it done.
 */
export function deadlines(parts: DeadlinesParts): Deadlines {
  const { db, clock, service, resolve, pollMs = 250, onFailure = () => undefined } = parts

  /** One that fails stays due and holds up nobody: the others are resolved all the same. */
  async function resolveDue(): Promise<void> {
    const failures: unknown[] = []
    let after: Deadline | undefined
    do {
      const due = await readDue(after)
      for (const deadline of due) {
        try {
          await resolve(deadline)
          await forget(deadline)
        } catch (error) {
          failures.push(error)
        }
      }
      after = due.length < BATCH ? undefined : due.at(-1)
    } while (after !== undefined)
    if (failures.length === 0) return
    for (const failure of failures.slice(1)) onFailure(failure)
    throw failures[0]
  }

  async function readDue(after: Deadline | undefined): Promise<readonly Deadline[]> {
    const { rows } = await db.query<{
      stream: string
      kind: string
      dossier: string | null
      due_at: Date
    }>({
      name: 'deadline-due',
      text: `SELECT stream, kind, dossier, due_at FROM clock.deadline
             WHERE service = $1 AND due_at < $2 AND (due_at, stream, kind) > ($3, $4, $5)
             ORDER BY due_at, stream, kind LIMIT ${BATCH}`,
      values: [
        service,
        await clock.now(),
        after?.dueAt ?? '-infinity',
        after?.stream ?? '',
        after?.kind ?? '',
      ],
    })
    return rows.map(({ due_at, ...row }) => ({ ...row, dueAt: due_at.toISOString() as Instant }))
  }

  /** Unless it was moved meanwhile: then the new one stands. */
  async function forget({ stream, kind, dueAt }: Deadline): Promise<void> {
    await db.query({
      name: 'deadline-forget',
      text: 'DELETE FROM clock.deadline WHERE service = $1 AND stream = $2 AND kind = $3 AND due_at = $4',
      values: [service, stream, kind, dueAt],
    })
  }

  return {
    ...rounds({ work: resolveDue, pauseMs: pollMs, clock, onFailure }),
    async record(tx, { stream, dossier }, { set = [], clear = [] }) {
      const kept = new Set(set.map((one) => one.kind))
      const gone = clear.filter((kind) => !kept.has(kind))
      if (gone.length > 0) {
        await tx.query(
          'DELETE FROM clock.deadline WHERE service = $1 AND stream = $2 AND kind = ANY($3)',
          [service, stream, gone],
        )
      }
      for (const { kind, dueAt } of set) {
        await tx.query(
          `INSERT INTO clock.deadline (service, stream, kind, dossier, due_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (service, stream, kind) DO UPDATE SET due_at = excluded.due_at`,
          [service, stream, kind, dossier, dueAt],
        )
      }
    },
  }
}
