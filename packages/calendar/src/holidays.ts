import { addDays, type PlainDate, weekday } from './dates.ts'

/**
 * The Dutch days that count as a public holiday for terms: article 3 of the Algemene termijnenwet.
 * Own, dated table: a change of law is a new row with a new validity, never an edit, so that a term
 * that ran in the past is computed as it was then. Right from 1980 on.
 */
export interface Holiday {
  readonly on: PlainDate
  readonly code: string
  /** `act`: art. 3 (1); `equal`: Good Friday, art. 3 (2); `decree`: art. 3 (3). */
  readonly ground: 'act' | 'equal' | 'decree'
}

interface HolidayRule {
  readonly code: string
  readonly ground: 'act' | 'equal'
  readonly fromYear: number
  /** The last year in which the rule holds; absent: still in force. */
  readonly untilYear?: number
  readonly on: (year: number) => PlainDate
}

/** Easter Sunday in the Gregorian calendar (Meeus/Jones/Butcher). */
export function easterSunday(year: number): PlainDate {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return dateIn(year, Math.floor(sum / 31), (sum % 31) + 1)
}

const rules: readonly HolidayRule[] = [
  { code: 'new-year', ground: 'act', fromYear: 1965, on: (year) => dateIn(year, 1, 1) },
  { code: 'good-friday', ground: 'equal', fromYear: 1965, on: (year) => fromEaster(year, -2) },
  { code: 'easter-monday', ground: 'act', fromYear: 1965, on: (year) => fromEaster(year, 1) },
  { code: 'ascension', ground: 'act', fromYear: 1965, on: (year) => fromEaster(year, 39) },
  { code: 'whit-monday', ground: 'act', fromYear: 1965, on: (year) => fromEaster(year, 50) },
  {
    code: 'queens-day',
    ground: 'act',
    fromYear: 1980,
    untilYear: 2013,
    on: (year) => notOnSunday(dateIn(year, 4, 30)),
  },
  {
    code: 'kings-day',
    ground: 'act',
    fromYear: 2014,
    on: (year) => notOnSunday(dateIn(year, 4, 27)),
  },
  // Every year: that most employers give it off once in five years does not touch a term.
  { code: 'liberation-day', ground: 'act', fromYear: 1965, on: (year) => dateIn(year, 5, 5) },
  { code: 'christmas-day', ground: 'act', fromYear: 1965, on: (year) => dateIn(year, 12, 25) },
  { code: 'boxing-day', ground: 'act', fromYear: 1965, on: (year) => dateIn(year, 12, 26) },
]

interface DecreedDays {
  /** The years that this decree decides about: in them no other day was made equal. */
  readonly fromYear: number
  readonly untilYear: number
  readonly source: string
  readonly days: readonly PlainDate[]
}

/**
 * Days made equal to a holiday by royal decree (art. 3 (3)), usually for three years at a time.
 * A year that no row covers has no such day *yet*: see `decreesKnownUntilYear`.
 */
const decrees: readonly DecreedDays[] = [
  {
    fromYear: 2023,
    untilYear: 2025,
    source:
      'Besluit gelijkstelling van 28 april 2023, 19 mei 2023, 10 mei 2024, 27 december 2024 ' +
      'en 30 mei 2025 met een algemeen erkende feestdag',
    days: ['2023-04-28', '2023-05-19', '2024-05-10', '2024-12-27', '2025-05-30'],
  },
  {
    fromYear: 2026,
    untilYear: 2028,
    source:
      'Besluit gelijkstelling van 2 januari 2026, 15 mei 2026, 7 mei 2027, 28 april 2028 ' +
      'en 26 mei 2028 met een algemeen erkende feestdag',
    days: ['2026-01-02', '2026-05-15', '2027-05-07', '2028-04-28', '2028-05-26'],
  },
]

/**
 * The last year for which the decree is in the table. A due date after it may still move a day
 * later when a decree comes: an owner adds a row, and only terms that are computed afterwards see it.
 */
export const decreesKnownUntilYear = Math.max(...decrees.map((decree) => decree.untilYear))

const holidaysByYear = new Map<number, readonly Holiday[]>()

/** All holidays of a year in date order. Two that fall on one day are two rows. */
export function holidaysOf(year: number): readonly Holiday[] {
  const known = holidaysByYear.get(year)
  if (known !== undefined) return known
  const holidays: Holiday[] = rules
    .filter((rule) => rule.fromYear <= year && year <= (rule.untilYear ?? year))
    .map((rule) => ({ on: rule.on(year), code: rule.code, ground: rule.ground }))
  for (const decree of decrees) {
    for (const on of decree.days) {
      if (on.startsWith(`${year}-`)) holidays.push({ on, code: 'decreed-day', ground: 'decree' })
    }
  }
  holidays.sort((left, right) => (left.on < right.on ? -1 : left.on > right.on ? 1 : 0))
  holidaysByYear.set(year, holidays)
  return holidays
}

/** The holiday on that day, or `undefined` on an ordinary day. A plain Saturday is not a holiday. */
export function holidayOn(date: PlainDate): Holiday | undefined {
  return holidaysOf(Number(date.slice(0, 4))).find((holiday) => holiday.on === date)
}

/** True on a Saturday, a Sunday and a holiday; every other day is a working day. */
export function isFreeDay(date: PlainDate): boolean {
  const day = weekday(date)
  return day === 0 || day === 6 || holidayOn(date) !== undefined
}

function dateIn(year: number, month: number, day: number): PlainDate {
  const text = (value: number, width: number): string => String(value).padStart(width, '0')
  return `${text(year, 4)}-${text(month, 2)}-${text(day, 2)}`
}

function fromEaster(year: number, days: number): PlainDate {
  return addDays(easterSunday(year), days)
}

function notOnSunday(date: PlainDate): PlainDate {
  return weekday(date) === 0 ? addDays(date, -1) : date
}
