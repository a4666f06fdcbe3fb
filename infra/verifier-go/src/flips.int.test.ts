/**
 * Every single bit of a bundle of 40 entries of each kind, flipped and verified by the Go program: inside its own process,
 * by the function that also verifies a bundle of the disk. Notes and proofs whose bytes a flip leaves alone it opens once
 * and not for each flip. README.md and schemas/ are left out: nothing is proved about them. The same flips by our own
 * verifier stand in audit, `bundle/flips.test.ts`.
 */
import { type Files, makeLedger } from '@wederhoor/audit/bundle/forge.fixture'
import { trust } from '@wederhoor/audit/bundle/history.fixture'
import { goodBundles, witness, witnessed } from '@wederhoor/audit/bundle/specimens.fixture'
import { GO_BUILD_TIMEOUT_MS, goSuite } from '@wederhoor/means/go-suite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Given, placeFolder } from './both.fixture.ts'
import { type GoVerifier, goVerifier } from './verifier.fixture.ts'

type Flip = { file: string; byte: number; bit: number; independentWitnesses: number }

const good = await goodBundles()

const bitsOf = (files: Files): number =>
  [...files]
    .filter(([path]) => path !== 'README.md' && !path.startsWith('schemas/'))
    .reduce((bits, [, bytes]) => bits + 8 * bytes.length, 0)

goSuite('the verifier in Go, on a bundle with any one bit flipped', () => {
  let go: GoVerifier

  beforeAll(async () => {
    go = await goVerifier()
  }, GO_BUILD_TIMEOUT_MS)
  afterAll(() => go.remove())

  async function flipped(given: Given) {
    const placed = await placeFolder(go.place, given)
    const { exitCode, answer } = await go.run(
      '-flip-every-bit',
      '-trust',
      placed.trust,
      placed.bundle,
    )
    expect([exitCode, answer['ok']]).toEqual([0, true])
    return answer as unknown as { flips: number; unseen: readonly Flip[] }
  }

  describe.each(['ledger', 'auditor', 'party'] as const)('of kind %s', (kind) => {
    test('sees every flip', { timeout: 240_000 }, async () => {
      const { flips, unseen } = await flipped({ files: good[kind], trust })
      expect(unseen).toEqual([])
      expect(flips).toBe(bitsOf(good[kind]))
    })
  })

  describe('of a ledger that a witness cosigned', () => {
    test('no longer counts a witness whose name or key id was flipped, and sees the rest', async () => {
      const leaves = good.small.leaves.slice(0, 3)
      const checkpoint = await witnessed({ leaves })
      const { unseen } = await flipped({
        files: await makeLedger({ leaves, checkpoint }),
        trust: `${trust}${witness.vkey}\n`,
      })
      const lineOfWitness = Buffer.byteLength(
        checkpoint.slice(0, checkpoint.indexOf('\u2014 witness.test/one')),
      )
      // The name, then six letters of base64 that hold the four bytes of the key id.
      const endOfKeyId = lineOfWitness + Buffer.byteLength('\u2014 witness.test/one ') + 6
      expect(unseen.length).toBeGreaterThan(0)
      for (const flip of unseen) {
        expect(flip).toMatchObject({ file: 'log/checkpoint', independentWitnesses: 0 })
        expect(flip.byte).toBeGreaterThanOrEqual(lineOfWitness)
        expect(flip.byte).toBeLessThan(endOfKeyId)
      }
    })
  })
})
