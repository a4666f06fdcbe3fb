import type { Recorded } from '@wederhoor/decider/handler'
import type { Entry } from '@wederhoor/ledger/entry'
import { describe, expect, test } from 'vitest'
import { openedFile } from './opened-file.ts'
import type { Opened } from './port.ts'

const recorded = (event: { readonly type: string } & Record<string, unknown>) => {
  const entry = {
    type: event.type,
    occurredAt: '2024-03-01T09:00:00.000Z',
    actor: { role: 'caseworker' },
  }
  return { event, entry: entry as unknown as Entry, position: '1' } as unknown as Recorded<
    typeof event
  >
}

describe('an opened file', () => {
  test('is opened once, and keeps facts and content apart', async () => {
    const asked: string[][] = []
    const lines = await openedFile(
      [
        recorded({ type: 'Noted', channel: 'telefoon', text: { sealed: 'a' } }),
        recorded({ type: 'Wished', wish: { sealed: 'b' }, own: { sealed: 'c' } }),
      ],
      async (sealed) => {
        asked.push(sealed.map((one) => one.sealed))
        const gone: Opened = { kind: 'erased', path: '/own' }
        return [
          { kind: 'opened', path: '/text', value: 'first' },
          { kind: 'opened', path: '/wish', value: 'second' },
          gone,
        ]
      },
    )
    expect(asked).toEqual([['a', 'b', 'c']])
    expect(lines.map(({ facts, content }) => ({ facts, content }))).toEqual([
      { facts: { channel: 'telefoon' }, content: { text: 'first' } },
      { facts: {}, content: { wish: 'second', own: 'erased' } },
    ])
  })
})
