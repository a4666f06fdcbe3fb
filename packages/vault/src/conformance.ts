/** What every storage must make of the vault; run by each adapter's own test file. */
import { AssertionError } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { type EventStore, START } from '@wederhoor/event-store/port'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decrypt, encrypt } from './cipher.ts'
import { disclose } from './disclosure.ts'
import { type KekRing, passingKek } from './kek.ts'
import type { Vault } from './port.ts'
import type { FoundSealed, Owner, VaultStorage } from './storage.ts'
import { content, newOwner, PLANTED_SENTENCE, requestFor, told, worker } from './story.fixture.ts'
import { type VaultParts, vaultOver } from './vault.ts'

export interface VaultWorld {
  readonly storage: VaultStorage
  readonly accessStore: EventStore
  /** Raises the owner's fence and destroys its key. */
  erase(owner: Owner): Promise<void>
  close(): Promise<void>
}

export function vaultConformance(name: string, openWorld: () => Promise<VaultWorld>): void {
  describe(`a vault on ${name}`, () => {
    let world: VaultWorld
    let vault: Vault
    let kek: KekRing
    const over = (changes: Partial<VaultParts> = {}, storage = world.storage): Vault =>
      vaultOver(storage, {
        kek,
        accessStore: world.accessStore,
        ledgerOrigin: 'ledger.example/access',
        policy: '2026-01',
        ...changes,
      })
    const logged = async () =>
      (await world.accessStore.readAll(START, 1000)).map((stored) => decodeEntry(stored.bytes))

    beforeEach(async () => {
      kek = passingKek()
      world = await openWorld()
      vault = over()
    })
    afterEach(async () => {
      await vault.close()
      await world.close()
    })

    describe('with sealed content', () => {
      test('gives it back in the order asked, also to another process', async () => {
        const owner = newOwner()
        const { story, contact } = await vault.seal(told, owner, content)
        const opened = await over().open(requestFor(owner, contact, story, contact))
        expect(opened).toEqual([
          { kind: 'opened', path: '/contact', value: content.contact },
          { kind: 'opened', path: '/story', value: PLANTED_SENTENCE },
          { kind: 'opened', path: '/contact', value: content.contact },
        ])
      })

      test('commits to the same content differently each time', async () => {
        const owner = newOwner()
        const [one, other] = [
          await vault.seal(told, owner, content),
          await vault.seal(told, owner, content),
        ]
        expect(one.story.sealed).toMatch(/^[A-Za-z0-9_-]{43}$/)
        expect(one.story.sealed).not.toBe(other.story.sealed)
      })

      test('leaves out what is absent', async () => {
        const { story } = content
        const sealed = await vault.seal(told, newOwner(), { story, contact: undefined })
        expect(Object.keys(sealed)).toEqual(['story'])
      })

      test('keeps apart what many seal at once, under one key per party', async () => {
        const owners = Array.from({ length: 8 }, newOwner)
        const all = await Promise.all(
          Array.from({ length: 64 }, async (_, index) => {
            const owner = owners[index % owners.length] as Owner
            const story = `${PLANTED_SENTENCE} ${index}`
            return { owner, story, sealed: await vault.seal(told, owner, { story }) }
          }),
        )
        for (const { owner, story, sealed } of all) {
          const [opened] = await vault.open(requestFor(owner, sealed.story))
          expect(opened).toMatchObject({ value: story })
        }
        const found = await Promise.all(
          all.map(({ owner, sealed }) =>
            world.storage.findSealed(owner.dossier, [sealed.story.sealed]),
          ),
        )
        const rows = found.flat()
        expect(new Set(rows.map((row) => row.keyId)).size).toBe(owners.length)
      })

      test('agrees on one key when two processes seal first at the same time', async () => {
        const owner = newOwner()
        const [left, right] = [over(), over()]
        const sealed = await Promise.all([left, right].map((one) => one.seal(told, owner, content)))
        for (const { story } of sealed) {
          expect(await over().open(requestFor(owner, story))).toMatchObject([{ kind: 'opened' }])
        }
      })

      test('refuses content that was not declared as sensitive, or has another form', async () => {
        await expect(vault.seal(told, newOwner(), { teller: 'x' } as object)).rejects.toThrow(
          AssertionError,
        )
        await expect(vault.seal(told, newOwner(), { story: 7 } as object)).rejects.toThrow(
          AssertionError,
        )
        const unnamed = { dossier: 'a|b', party: randomUUID() }
        await expect(vault.seal(told, unnamed, content)).rejects.toThrow(AssertionError)
      })
    })

    describe('when it opens', () => {
      test('opens what has grown longer than one entry of the log can name, and has logged all of it', async () => {
        const owner = newOwner()
        const { story, contact } = await vault.seal(told, owner, content)
        const many = [...Array.from({ length: 500 }, () => story), contact]
        expect(await vault.open(requestFor(owner, ...many))).toHaveLength(501)
        const named = (await logged()).map((entry) => entry.data['paths'])
        expect(named).toMatchObject([{ length: 500 }, ['/contact']])
      })

      test('has logged one entry before, with who, where, why and which', async () => {
        const owner = newOwner()
        const { story, contact } = await vault.seal(told, owner, content)
        await vault.open(requestFor(owner, story, contact))
        const pseudonym = await vault.pseudonym(owner.dossier, worker.person)
        expect(await logged()).toMatchObject([
          {
            type: 'ContentOpened',
            ledger: 'ledger.example/access',
            dossier: owner.dossier,
            actor: { role: 'worker', desk: 'north', pseudonym },
            data: {
              purpose: 'intake',
              screen: 'GET /things/:thingId',
              paths: ['/story', '/contact'],
              commitments: [story.sealed, contact.sealed],
            },
            c: {},
          },
        ])
      })

      test('opens nothing when the log cannot be written', async () => {
        const owner = newOwner()
        const { story } = await vault.seal(told, owner, content)
        await world.accessStore.close()
        let asked = 0
        const watched = {
          ...world.storage,
          findKey: (one: Owner) => {
            asked += 1
            return world.storage.findKey(one)
          },
        }
        await over({}, watched).pseudonym(owner.dossier, worker.person)
        const before = asked
        const request = requestFor(owner, story)
        await expect(over({}, watched).open(request)).rejects.toMatchObject({ code: 'not-logged' })
        // One look-up more: the directory's key, to name the actor. None for the content.
        expect(asked).toBe(before + 1)
      })

      test('logs an access that a rule refused', async () => {
        const owner = newOwner()
        const { sealed: _sealed, ...request } = requestFor(owner)
        await vault.denied({ ...request, reason: 'other-desk' })
        expect(await logged()).toMatchObject([
          {
            type: 'AccessDenied',
            dossier: owner.dossier,
            data: { reason: 'other-desk', purpose: 'intake' },
          },
        ])
      })

      test('knows nothing of content of another dossier, and logs no opening', async () => {
        const { story } = await vault.seal(told, newOwner(), content)
        const elsewhere = requestFor(newOwner(), story)
        await expect(vault.open(elsewhere)).rejects.toMatchObject({ code: 'unknown-commitment' })
        expect(await logged()).toEqual([])
      })

      test('opening nothing is no opening', async () => {
        expect(await vault.open(requestFor(newOwner()))).toEqual([])
        expect(await logged()).toEqual([])
      })
    })

    describe('whose rows were changed', () => {
      const changed = (change: (row: FoundSealed) => FoundSealed): VaultStorage => ({
        ...world.storage,
        findSealed: async (dossier, digests) =>
          (await world.storage.findSealed(dossier, digests)).map(change),
      })
      const flipped = (bytes: Uint8Array): Uint8Array => {
        const copy = Buffer.from(bytes)
        copy.writeUInt8(copy.readUInt8(0) ^ 1, 0)
        return copy
      }

      test.each<[string, (row: FoundSealed, other: FoundSealed) => FoundSealed]>([
        ['one bit of the text', (row) => ({ ...row, ciphertext: flipped(row.ciphertext) })],
        ['one bit of the nonce', (row) => ({ ...row, nonce: flipped(row.nonce) })],
        ['another field', (row) => ({ ...row, path: '/contact' })],
        ['the text of another commitment', (row, other) => ({ ...other, digest: row.digest })],
        ['text that is cut off', (row) => ({ ...row, ciphertext: row.ciphertext.subarray(0, 8) })],
      ])('refuses %s', async (_what, change) => {
        const owner = newOwner()
        const [mine, other] = [
          await vault.seal(told, owner, content),
          await vault.seal(told, owner, content),
        ]
        const [otherRow] = await world.storage.findSealed(owner.dossier, [other.story.sealed])
        const tampered = over(
          {},
          changed((row) => change(row, otherRow as FoundSealed)),
        )
        await expect(tampered.open(requestFor(owner, mine.story))).rejects.toMatchObject({
          code: 'tampered',
        })
      })

      test('refuses what somebody with the key sealed anew: another text, or the text of another field', async () => {
        const owner = newOwner()
        const { story } = await vault.seal(told, owner, content)
        const reseal = (path: string, textOf: (text: string) => string) => ({
          ...world.storage,
          findSealed: async (dossier: string, digests: readonly string[]) =>
            Promise.all(
              (await world.storage.findSealed(dossier, digests)).map((row) =>
                resealed(row, path, textOf),
              ),
            ),
        })
        const resealed = async (
          row: FoundSealed,
          path: string,
          textOf: (text: string) => string,
        ) => {
          const key = await world.storage.findKey(owner)
          if (key === undefined || key === 'erased') throw new Error('a key stands')
          const bytes = await kek.unwrap(key, `${owner.dossier}|${owner.party}|${key.id}`)
          const context = (at: string) => `${row.dossier}|${at}|${row.digest}|${row.keyId}`
          const text = textOf(Buffer.from(decrypt(bytes, row, context(row.path))).toString('ascii'))
          return { ...row, path, ...encrypt(bytes, Buffer.from(text, 'ascii'), context(path)) }
        }
        const open = (path: string, textOf: (text: string) => string) =>
          over({}, reseal(path, textOf)).open(requestFor(owner, story))
        expect(await open('/story', (text) => text)).toMatchObject([{ value: PLANTED_SENTENCE }])
        const forged = disclose('/story', 'Er is niets gebeurd.').text
        await expect(open('/story', () => forged)).rejects.toMatchObject({ code: 'tampered' })
        await expect(open('/contact', (text) => text)).rejects.toMatchObject({ code: 'tampered' })
      })

      test('says that a key is missing when another KEK wrapped it', async () => {
        const owner = newOwner()
        const { story } = await vault.seal(told, owner, content)
        const stranger = over({ kek: passingKek() })
        const scope = randomUUID()
        await expect(stranger.pseudonym(scope, 'p')).resolves.toBeDefined()
        await expect(stranger.open(requestFor(owner, story))).rejects.toMatchObject({
          code: 'key-missing',
        })
      })
    })

    describe('after a party was erased', () => {
      test('opens the other party’s content, says erased for this one, and seals nothing new for it', async () => {
        const [gone, stays] = [newOwner(), newOwner()]
        const there = { ...stays, dossier: gone.dossier }
        const lost = await vault.seal(told, gone, content)
        const kept = await vault.seal(told, there, content)
        await world.erase(gone)
        const after = over()
        expect(await after.open(requestFor(gone, lost.story, kept.story))).toEqual([
          { kind: 'erased', path: '/story' },
          { kind: 'opened', path: '/story', value: PLANTED_SENTENCE },
        ])
        await expect(after.seal(told, gone, content)).rejects.toMatchObject({ code: 'erased' })
        // This one still has the key in its cache: the fence stops it all the same.
        await expect(vault.seal(told, gone, content)).rejects.toMatchObject({ code: 'erased' })
        // Whoever was erased may still be told who read what was theirs.
        const digests = [lost.story.sealed, kept.story.sealed]
        expect(await after.ownersOf(gone.dossier, digests)).toEqual(
          new Map([
            [lost.story.sealed, gone.party],
            [kept.story.sealed, there.party],
          ]),
        )
        expect(await after.ownersOf(newOwner().dossier, digests)).toEqual(new Map())
      })
    })

    describe('asked for pseudonyms', () => {
      test('names the same human the same within a scope, across processes and in a race', async () => {
        const scope = randomUUID()
        const names = await Promise.all(
          [vault, over(), over(), vault].map((one) => one.pseudonym(scope, 'person-1')),
        )
        expect(new Set(names).size).toBe(1)
        expect(names[0]).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        )
      })

      test('names two humans, and one human in two scopes, differently', async () => {
        const [scope, other] = [randomUUID(), randomUUID()]
        const names = await Promise.all([
          vault.pseudonym(scope, 'person-1'),
          vault.pseudonym(scope, 'person-2'),
          vault.pseudonym(other, 'person-1'),
        ])
        expect(new Set(names).size).toBe(3)
      })
    })
  })
}
