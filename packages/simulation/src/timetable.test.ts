import { describe, expect, test } from 'vitest'
import { days, hours, officeHour, type Story, timetable } from './timetable.ts'

/** A clock that stands still unless it is moved, and a record of everything in its order. */
function world() {
  const happened: string[] = []
  let now = '2024-03-01T05:00:00.000Z'
  return {
    happened,
    now: async () => now,
    async moveTo(instant: string) {
      now = instant
      happened.push(instant.slice(5, 13))
    },
    async settled() {
      happened.push('rest')
    },
  }
}

describe('an office hour', () => {
  test('is the next one in which somebody is at work', () => {
    expect(officeHour('2024-03-01T08:00:00.000Z')).toBe('2024-03-01T14:00:00.000Z')
    expect(officeHour('2024-03-01T14:00:00.000Z')).toBe('2024-03-01T14:00:00.000Z')
    // A Friday: nobody is there until Monday.
    expect(officeHour('2024-03-01T15:59:59.999Z')).toBe('2024-03-04T14:00:00.000Z')
    expect(officeHour('2024-12-31T15:00:00.000Z')).toBe('2025-01-01T14:00:00.000Z')
  })
})

describe('a timetable', () => {
  test('lets a report happen in its own hour, and waits for nothing', async () => {
    const place = world()
    const times = timetable(place)
    times.add('2024-03-01T09:00:00.000Z', async () => void place.happened.push('report'))
    times.add('2024-03-02T09:00:00.000Z', async () => void place.happened.push('another'))
    await times.liveThrough()
    expect(place.happened).toEqual(['03-01T11', 'report', '03-02T11', 'another', 'rest'])
  })

  test('lets everything come to rest before an office acts, and before its hour is over', async () => {
    const place = world()
    const times = timetable(place)
    async function* story(): Story {
      place.happened.push('asks')
      yield 0
      place.happened.push('has its answer')
      place.happened.push(yield hours(1))
    }
    times.tell('2024-03-01T09:00:00.000Z', story())
    await times.liveThrough()
    expect(place.happened).toEqual([
      '03-01T15',
      'rest',
      'asks',
      'rest',
      'has its answer',
      'rest',
      '03-04T15',
      'rest',
      '2024-03-04T15:59:59.999Z',
      'rest',
      'rest',
    ])
  })

  test('goes on with a story where the clock has long passed it', async () => {
    const place = world()
    await place.moveTo('2024-06-01T00:00:00.000Z')
    const times = timetable(place)
    const told: string[] = []
    async function* story(): Story {
      told.push('begins')
      told.push(yield days(2))
    }
    times.tell('2024-03-01T09:00:00.000Z', story())
    await times.liveThrough()
    expect(told).toEqual(['begins', '2024-03-04T15:59:59.999Z'])
    expect(place.happened.filter((one) => one !== 'rest')).toEqual(['06-01T00'])
  })

  test('ends with what a story throws', async () => {
    const times = timetable(world())
    // biome-ignore lint/correctness/useYield: it fails before it waits
    async function* story(): Story {
      throw new RangeError('no such desk')
    }
    times.tell('2024-03-01T09:00:00.000Z', story())
    await expect(times.liveThrough()).rejects.toThrow('no such desk')
  })
})
