import { describe, expect, test } from 'vitest'
import { BundleError } from './bundle-error.ts'
import { inMemory } from './forge.fixture.ts'
import { type Specimen, specimens } from './specimens.fixture.ts'
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
    expect(await verdictOf(specimen)).toMatchObject({ ok: true, trust: 'given' })
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
