import { describe, expect, test } from 'vitest'
import { type Worker, workers } from './workers.ts'

describe('several workers as one', () => {
  const noted = (name: string, notes: string[], stop = async () => {}): Worker => ({
    start: () => void notes.push(`${name} started`),
    stop: async () => {
      notes.push(`${name} stopped`)
      await stop()
    },
    settled: async () => void notes.push(`${name} settled`),
  })

  test('start in order, settle in order, stop in reverse', async () => {
    const notes: string[] = []
    const both = workers(noted('views', notes), noted('relay', notes))
    await both.start()
    await both.settled()
    await both.stop()
    expect(notes).toEqual([
      'views started',
      'relay started',
      'views settled',
      'relay settled',
      'relay stopped',
      'views stopped',
    ])
  })

  test('all stop, also when one fails to, and the failure is told', async () => {
    const notes: string[] = []
    const failing = noted('relay', notes, async () => {
      throw new Error('stuck')
    })
    await expect(workers(noted('views', notes), failing).stop()).rejects.toBeInstanceOf(
      AggregateError,
    )
    expect(notes).toEqual(['relay stopped', 'views stopped'])
  })
})
