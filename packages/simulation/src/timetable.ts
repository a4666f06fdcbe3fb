/**
 * When things happen. Reports come at their own hour and wait for nothing; whatever an office does is done in one hour of
 * a working day, after everything set in motion has come to rest: coming to rest is what costs time, not the requests.
 */
import { agenda } from './agenda.ts'

/**
 * What happens to one matter, told in its order. It yields how long to wait, in milliseconds, and is given the instant at
 * which it goes on; 0 waits until everything has come to rest, within the same hour.
 */
export type Story<Result = void> = AsyncGenerator<number, Result, string>

export interface Timetable {
  /** Happens at its own moment, together with what else happens then. */
  add(at: string, act: () => Promise<void>): void
  /** Begins in the first office hour from then on. What it throws ends `liveThrough`. */
  tell(at: string, story: Story): void
  /** Resolves when nothing is left to be done and everything has come to rest. */
  liveThrough(): Promise<void>
  readonly spent: { readonly actingMs: number; readonly restingMs: number; readonly rests: number }
}

export interface TimetableWorld {
  now(): Promise<string>
  /** Moves simulated time on; never called with an earlier instant. */
  moveTo(instant: string): Promise<unknown>
  /** Resolves when everything set in motion has come to rest. */
  settled(): Promise<void>
}

interface Act {
  readonly inOffice: boolean
  readonly happen: (at: string) => Promise<void>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SLOT_MS = 4 * HOUR_MS
const OFFICE_HOUR = 14
const AT_ONCE = 8

export const hours = (count: number): number => count * HOUR_MS
export const days = (count: number): number => count * DAY_MS
export const addMs = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/** The first hour from then on in which somebody is at work. */
export function officeHour(at: string): string {
  const office = new Date(at)
  office.setUTCHours(OFFICE_HOUR, 0, 0, 0)
  const isWeekend = (): boolean => office.getUTCDay() === 0 || office.getUTCDay() === 6
  while (office.toISOString() < at || isWeekend()) office.setUTCDate(office.getUTCDate() + 1)
  return office.toISOString()
}

export function timetable(world: TimetableWorld): Timetable {
  const todo = agenda<Act>(SLOT_MS)
  const spent = { actingMs: 0, restingMs: 0, rests: 0 }
  let isStirred = true

  async function rest(): Promise<void> {
    const beganMs = performance.now()
    await world.settled()
    isStirred = false
    spent.restingMs += performance.now() - beganMs
    spent.rests += 1
  }

  function next(story: Story, at: string): void {
    todo.add(at, {
      inOffice: true,
      async happen(slotAt) {
        const told = await story.next(slotAt)
        if (told.done === true) return
        next(story, told.value === 0 ? slotAt : officeHour(addMs(slotAt, told.value)))
      },
    })
  }

  async function live({ at, acts }: { at: string; acts: readonly Act[] }): Promise<void> {
    const isOffice = acts.some((act) => act.inOffice)
    if ((await world.now()) < at) {
      await world.moveTo(at)
      // What became due by then happens first.
      isStirred = true
    }
    if (isOffice && isStirred) await rest()
    const beganMs = performance.now()
    await atOnce(acts, (act) => act.happen(at))
    isStirred = true
    spent.actingMs += performance.now() - beganMs
  }

  return {
    spent,
    add: (at, happen) => todo.add(at, { inOffice: false, happen }),
    tell: (at, story) => next(story, officeHour(at)),
    async liveThrough() {
      for (let slot = todo.next(); slot !== undefined; slot = todo.next()) {
        await live(slot)
        // Reactions happen in the hour of what caused them, not in the next one.
        if (slot.acts.some((act) => act.inOffice)) await rest()
      }
      await rest()
    },
  }
}

async function atOnce<Item>(
  items: readonly Item[],
  each: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await each(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
}
