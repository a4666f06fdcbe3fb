import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signCheckpoint } from '../checkpoint.ts'
import { parseConsistency } from '../consistency-body.ts'
import { cosign } from '../cosignature.ts'
import { appendTo, ledgerTree, origin, rootOfEntries, seedOf } from '../integrator.fixture.ts'
import { ed25519Signer, publicKeyOf, vkeyOf } from '../signed-note.ts'
import { leafHash } from '../tree.ts'
import {
  type Answer,
  COSIGNED_AT,
  conflict,
  type FakeWitness,
  fakeWitness,
} from './fake-witness.fixture.ts'
import { addCheckpoint } from './witness-client.ts'
import { WitnessError } from './witness-error.ts'
import { newestCheckpoint, textOf } from './witnessed-checkpoint.ts'

const logVkey = vkeyOf(origin, publicKeyOf(seedOf(1)))
const tree = ledgerTree()
let fake: FakeWitness

beforeEach(async () => {
  fake = await fakeWitness(1, [logVkey])
})
afterEach(() => fake.close())

async function grow(by: number) {
  await appendTo(tree.store, by)
  await tree.open().integrate()
  return newest()
}

async function newest() {
  const found = await newestCheckpoint(tree.tiles)
  if (found === undefined) throw new Error('nothing was signed')
  return found
}

const ask = async (old = 0, timeoutMs = 5_000) => {
  const { note, proof } = await newest()
  return addCheckpoint(fake.witness, { note, proof, old, timeoutMs })
}

const codeOf = async (asked: Promise<unknown>) => {
  const error = await asked.catch((thrown: unknown) => thrown)
  return error instanceof WitnessError ? error.code : error
}

describe('a witness that knows nothing of the log yet', () => {
  test('cosigns the first checkpoint, from size 0 without a proof', async () => {
    const { note } = await grow(5)
    const { line, at } = await ask()
    expect([line.startsWith('\u2014 witness.test/w1 '), at]).toEqual([true, COSIGNED_AT])
    expect(fake.asked).toEqual([`old 0\n\n${note}`])
  })
})

describe('a witness that knows the log', () => {
  test('cosigns what grew from it, by a proof of at most 63 lines', async () => {
    const { size } = await grow(300)
    await ask()
    await grow(700)
    await ask(size)
    expect(parseConsistency(fake.asked.at(-1) ?? '')).toMatchObject({ old: size })
    expect(parseConsistency(fake.asked.at(-1) ?? '').proof.length).toBeGreaterThan(3)
  })

  test('is asked again from the size it knows when we have forgotten it', async () => {
    const { size } = await grow(3)
    await ask()
    await grow(4)
    await ask(0)
    expect(fake.asked.map((body) => parseConsistency(body).old)).toEqual([0, 0, size])
  })

  test('cosigns the same checkpoint again', async () => {
    const { size } = await newest()
    await ask()
    expect(await ask(size)).toMatchObject({ at: COSIGNED_AT })
  })

  test('refuses a fork at equal size, and that is no conflict to go on from', async () => {
    const { size, note } = await newest()
    const root = leafHash(Buffer.from('another history'))
    fake.known.set(origin, { size, root })
    expect(await codeOf(ask(size))).toBe('other-tree')
    // As the specification has it: a conflict that names the very size.
    fake.answer = () => conflict(size)
    expect(await codeOf(ask(size))).toBe('other-tree')
    expect(fake.asked.at(-1)).toBe(`old ${size}\n\n${note}`)
  })

  test('refuses a tree that did not grow from the one it cosigned', async () => {
    fake.known.set(origin, { size: 4, root: leafHash(Buffer.from('another history')) })
    expect(await codeOf(ask())).toBe('other-tree')
  })

  test('that is ahead says how far', async () => {
    const { size } = await newest()
    fake.known.set(origin, { size: size + 7, root: await rootOfEntries(tree.store, size) })
    expect(await ask().catch((error) => error)).toMatchObject({
      code: 'ahead',
      knownSize: size + 7,
    })
  })
})

describe('what counts as a cosignature', () => {
  const key = (number: number, name = `witness.test/w${number}`) => {
    const seed = Buffer.alloc(32, 100 + number)
    return { name, seed, publicKey: publicKeyOf(seed), at: COSIGNED_AT }
  }
  const lineOf = async (by: ReturnType<typeof key>, text?: string) =>
    `${cosign(text ?? textOf((await newest()).note), by)}\n`
  const answering = async (...lines: readonly string[]) => {
    fake.answer = () => ({ status: 200, body: lines.join('') })
    return codeOf(ask().then(({ line }) => `${line}\n`))
  }

  test('is a line of the trusted key, whatever stands around it', async () => {
    const own = await lineOf(key(1))
    expect(await answering(await lineOf(key(2)), own, await lineOf(key(3)))).toBe(own)
  })

  test('is not the line of a foreign key', async () => {
    expect(await answering(await lineOf(key(2)))).toBe('wrong-cosignature')
  })

  test('is not the line of another key under the name of the witness', async () => {
    expect(await answering(await lineOf(key(2, key(1).name)))).toBe('wrong-cosignature')
  })

  test('is not a cosignature of another checkpoint', async () => {
    const text = textOf(
      await signCheckpoint({ origin, size: 1, root: leafHash(Buffer.from('')) }, [
        ed25519Signer(origin, seedOf(1)),
      ]),
    )
    expect(await answering(await lineOf(key(1), text))).toBe('wrong-cosignature')
  })

  test('is not one with another time than was signed', async () => {
    const line = await lineOf(key(1))
    const bytes = Buffer.from(line.trim().split(' ').at(-1) ?? '', 'base64')
    bytes.writeBigUInt64BE(BigInt(COSIGNED_AT + 1), 4)
    expect(await answering(`\u2014 witness.test/w1 ${bytes.toString('base64')}\n`)).toBe(
      'wrong-cosignature',
    )
  })

  test.each([
    ['nothing', ''],
    ['a line without an end', '\u2014 witness.test/w1 AAAAAAAA'],
    ['a page of a portal', '<!DOCTYPE html>\n<title>Log in</title>\n'],
    ['a blank line', '\n'],
  ])('is not %s', async (_name, body) => {
    expect(await answering(body)).toBe('bad-answer')
  })
})

describe('a witness that does not cosign', () => {
  test.each<[number, string]>([
    [400, 'bad-request'],
    [403, 'unknown-key'],
    [404, 'unknown-log'],
    [422, 'other-tree'],
    [500, 'failing'],
    [503, 'failing'],
    [204, 'bad-answer'],
    [301, 'bad-answer'],
    [429, 'bad-answer'],
  ])('by status %i gives a named error: %s', async (status, code) => {
    fake.answer = () => ({ status })
    expect(await codeOf(ask())).toBe(code)
  })

  test.each<[string, Answer]>([
    ['of another type', { ...conflict(1), type: 'text/plain' }],
    ['that is no number', conflict('01')],
    ['over 2^53', conflict('9007199254740993')],
    ['that it was told itself', conflict(0)],
  ])('by a conflict about a size %s is not followed', async (_name, answer) => {
    fake.answer = () => answer
    expect(await codeOf(ask())).toBe('bad-answer')
    expect(fake.asked).toHaveLength(1)
  })

  test('by ever other sizes is not followed for ever', async () => {
    let size = 0
    fake.answer = () => {
      size += 1
      return conflict(size)
    }
    expect(await codeOf(ask())).toBe('bad-answer')
    expect(fake.asked).toHaveLength(4)
  })

  test('and sends us elsewhere is not followed', async () => {
    const other = await fakeWitness(2, [logVkey])
    fake.answer = () => ({ status: 307, location: `${other.witness.url}/add-checkpoint` })
    expect(await codeOf(ask())).toBe('bad-answer')
    await other.close()
    expect(other.asked).toEqual([])
  })

  test('in time is given up', async () => {
    fake.answer = () => new Promise<Answer>(() => undefined)
    expect(await codeOf(ask(0, 50))).toBe('timeout')
  })

  test('because its answer never ends is given up after 32 KiB', async () => {
    fake.answer = () => ({ status: 200, body: '\u2014 a AAAAAAAA\n'.repeat(5_000) })
    expect(await codeOf(ask())).toBe('bad-answer')
  })

  test('because nobody is there is unreachable', async () => {
    await fake.close()
    expect(await codeOf(ask())).toBe('unreachable')
  })
})
