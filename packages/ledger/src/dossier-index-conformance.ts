/** What every index of dossiers must do; run by each adapter's own test file. */
import { randomUUID } from 'node:crypto'
import type { EventStore } from '@wederhoor/event-store/port'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DossierIndex } from './dossier-index.ts'

export interface DossierWorld {
  readonly store: EventStore
  readonly index: DossierIndex
  close(): Promise<void>
}

export function dossierIndexConformance(
  name: string,
  openWorld: () => Promise<DossierWorld>,
): void {
  describe(`an index of dossiers on ${name}`, () => {
    let world: DossierWorld
    beforeEach(async () => {
      world = await openWorld()
    })
    afterEach(() => world.close())

    async function append(
      stream: string,
      revision: number,
      dossier: string | null,
    ): Promise<string> {
      const id = randomUUID()
      const entry = { id, type: 'Thing', dossier, bytes: Buffer.from(`{"${id}":1}`) }
      const result = await world.store.append(stream, revision === 0 ? 'no-stream' : revision - 1, [
        entry,
      ])
      expect(result.kind).toBe('appended')
      return id
    }

    test('gives one dossier across streams in ledger order, as the store itself gives it', async () => {
      const [mine, other] = [randomUUID(), randomUUID()]
      const ids = [
        await append('intake-1', 0, mine),
        await append('case-1', 0, mine),
        await append('intake-1', 1, mine),
      ]
      await append('case-2', 0, other)
      await append('count-1', 0, null)
      ids.push(await append('case-1', 1, mine))
      const entries = await world.index.read(mine)
      expect(entries.map((entry) => entry.id)).toEqual(ids)
      expect(entries[1]).toEqual((await world.store.readStream('case-1'))[0])
      expect(await world.index.lag()).toBe(0)
    })

    test('gives what came after a position', async () => {
      const dossier = randomUUID()
      await append('intake-1', 0, dossier)
      const second = await append('intake-1', 1, dossier)
      const [first, last] = await world.index.read(dossier)
      expect((await world.index.read(dossier, first?.position)).map((entry) => entry.id)).toEqual([
        second,
      ])
      expect(await world.index.read(dossier, last?.position)).toEqual([])
    })

    test('pages through more than one page', async () => {
      const dossier = randomUUID()
      for (let at = 0; at < 1_005; at += 5) {
        const entries = Array.from({ length: 5 }, () => ({
          id: randomUUID(),
          type: 'Thing',
          dossier,
          bytes: Buffer.from('{}'),
        }))
        await world.store.append('long-1', at === 0 ? 'no-stream' : at - 1, entries)
      }
      const revisions = (await world.index.read(dossier)).map((entry) => entry.revision)
      expect(revisions).toEqual(Array.from({ length: 1_005 }, (_, index) => index))
    })

    test.each([randomUUID(), 'no id at all', '', '\0', "' or true"])(
      'knows nothing of %j',
      async (dossier) => {
        await append('intake-1', 0, randomUUID())
        expect(await world.index.read(dossier)).toEqual([])
      },
    )
  })
}
