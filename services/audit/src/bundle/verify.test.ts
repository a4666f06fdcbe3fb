import { describe, expect, test } from 'vitest'
import { BundleError } from './bundle-error.ts'
import { inMemory, makeLedger } from './forge.fixture.ts'
import { trust } from './history.fixture.ts'
import { goodBundles, type Specimen, specimens, witness, witnessed } from './specimens.fixture.ts'
import type { Verdict } from './verdict.ts'
import { verifyBundle } from './verify.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

async function verdictOf({ files, trust, since }: Pick<Specimen, 'files' | 'trust' | 'since'>) {
  try {
    return await verifyBundle(inMemory(files), {
      trust: bytes(trust),
      since: since === undefined ? undefined : bytes(since),
    })
  } catch (error) {
    if (error instanceof BundleError) return error
    throw error
  }
}

const all = await specimens()
const those = (verdict: Specimen['verdict']) => all.filter((one) => one.verdict === verdict)

describe('an honest bundle', () => {
  test.each(those('ok'))('verifies: $name', async (specimen) => {
    const independentWitnesses = specimen.name.endsWith('a witness cosigned') ? 1 : 0
    expect(await verdictOf(specimen)).toMatchObject({
      ...{ ok: true, trust: 'given', independentWitnesses },
    })
  })
})

describe('the witnesses of a bundle', () => {
  test('count when their key is trusted, and when they cosigned this very checkpoint', async () => {
    const { small } = await goodBundles()
    const files = await makeLedger({ ...small, checkpoint: await witnessed(small) })
    const trusting = `${trust}${witness.vkey}\n`
    const counted = (given: Specimen['files'], keys: string) =>
      verdictOf({ files: given, trust: keys })
    expect(await counted(files, trusting)).toMatchObject({ ok: true, independentWitnesses: 1 })
    expect(await counted(files, trust)).toMatchObject({ ok: true, independentWitnesses: 0 })
    const alone = await makeLedger(small)
    expect(await counted(alone, trusting)).toMatchObject({ ok: true, independentWitnesses: 0 })
  })
})

describe('a bundle whose keys nobody vouches for', () => {
  test('verifies under its own, and says so', async () => {
    const { party } = await goodBundles()
    expect(await verifyBundle(inMemory(party))).toMatchObject({ ok: true, trust: 'bundle' })
  })
})

describe('a forged bundle', () => {
  test.each(those('not-ok'))('does not verify: $name', async (specimen) => {
    const verdict = (await verdictOf(specimen)) as Verdict
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringMatching(/^.+\.$/) })
    if (specimen.position !== undefined) expect(verdict).toMatchObject(placed(specimen.position))
  })
})

const placed = (position: number | null) => ({
  position,
  leafIndex: position === null ? null : position - 1,
})

describe('what is no bundle', () => {
  test.each(those('broken'))('is refused with a named error: $name', async (specimen) => {
    const error = await verdictOf(specimen)
    expect(error).toBeInstanceOf(BundleError)
    expect(error).toMatchObject({ message: expect.stringMatching(/\.$/) })
  })
})
