import { describe, expect, test } from 'vitest'
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
import { cosign, cosignedMessage, cosignerVkey } from './cosignature.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import {
  addSignatureLines,
  ed25519Signer,
  NoteError,
  noteOfBytes,
  publicKeyOf,
  signNote,
  verifierOf,
} from './signed-note.ts'

const ORIGIN = 'ledger.example/log'
const logSigner = ed25519Signer(ORIGIN, Buffer.from(Array.from({ length: 32 }, (_, at) => at)))
const log = verifierOf(logSigner.vkey)

const seed = Buffer.from(Array.from({ length: 32 }, (_, at) => 255 - at))
const witnessKey = { name: 'witness.example/w', seed, publicKey: publicKeyOf(seed) }
const witness = verifierOf(cosignerVkey(witnessKey.name, witnessKey.publicKey))

/** Made with golang.org/x/mod/sumdb/note and filippo.io/torchwood v0.9.0 from the two seeds above. */
const MADE_IN_GO = `ledger.example/log
11
MpIghwdLQvu/Ojo2cjqyeCX9m62x4pvd68P+qD6ewE0=

— ledger.example/log EWOd1LmkC+sNL4CjnbkhweKb2LBv4UMhxm3TtMRTyW44jPIQLMJ17cd73PDUxSHvKW1bf3K+3SC9NbtxUw7hfiDhLQs=
— witness.example/w UZ1zhQAAAABrBZ/2aV68xhbYzhbE4OUq9L8J2yYHwE4Ae26z36NWBaPiXITIOtmqGHai/CufWvsfZDk6Tfa1tqKzhAUaWGWIXC7HCg==
`
const AT = 0x6b059ff6
const root = Buffer.from('MpIghwdLQvu/Ojo2cjqyeCX9m62x4pvd68P+qD6ewE0=', 'base64')
const checkpoint: Checkpoint = { origin: ORIGIN, size: 11, root }

function errorOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof NoteError || error instanceof LedgerFormatError) return error.code
    throw error
  }
  return 'opened'
}

describe('a checkpoint made by programs of others', () => {
  test('opens, with its witness and the time the witness claims', () => {
    const opened = openCheckpoint(MADE_IN_GO, [log, witness])
    expect(opened).toEqual({
      checkpoint,
      cosigners: [witness],
      signatures: [{ verifier: log }, { verifier: witness, at: AT }],
      unknown: 0,
    })
  })

  test('is byte for byte what we make', async () => {
    const note = await signCheckpoint(checkpoint, [logSigner])
    const line = cosign(formatCheckpoint(checkpoint), { ...witnessKey, at: AT })
    expect(addSignatureLines(note, [line])).toBe(MADE_IN_GO)
  })

  test('does not open after the flip of any single bit, when both keys must have signed', () => {
    const bytes = Buffer.from(MADE_IN_GO)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const outcome = errorOf(() => {
        const { cosigners } = openCheckpoint(noteOfBytes(flipped), [log, witness])
        if (cosigners.length === 0) throw new NoteError('no-known-signature', 'no witness')
      })
      if (outcome === 'opened') expect.fail(`bit ${bit} is harmless`)
    }
  })

  test('cosigned at another time or for another text does not open', () => {
    const text = formatCheckpoint(checkpoint)
    const other = formatCheckpoint({ ...checkpoint, size: 12 })
    const [, signed] = /w (.*)\n$/.exec(MADE_IN_GO) ?? []
    const signature = Buffer.from(signed ?? '', 'base64').subarray(4)
    expect(witness.verify(text, signature)).toEqual({ ok: true, at: AT })
    expect(witness.verify(other, signature)).toEqual({ ok: false })
    const later = Buffer.from(signature)
    later.writeBigUInt64BE(BigInt(AT + 1))
    expect(witness.verify(text, later)).toEqual({ ok: false })
    expect(witness.verify(text, signature.subarray(1))).toEqual({ ok: false })
  })
})

describe('the examples of C2SP', () => {
  const text = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
`
  test('the checkpoint of c2sp.org/tlog-checkpoint is read and written', () => {
    const read = parseCheckpoint(text)
    expect(read).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 })
    expect(formatCheckpoint(read)).toBe(text)
  })

  test('the message of c2sp.org/tlog-cosignature', () => {
    expect(Buffer.from(cosignedMessage(text, 1_679_315_147)).toString('utf8')).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    )
  })
})

describe('a text that is no checkpoint', () => {
  const [origin, hash] = ['ledger.example/log', root.toString('base64')]
  test.each([
    ['an extension line', `${origin}\n11\n${hash}\nmore\n`],
    ['a blank line at the end', `${origin}\n11\n${hash}\n\n`],
    ['no last line feed', `${origin}\n11\n${hash}`],
    ['a zero in front of the size', `${origin}\n011\n${hash}\n`],
    ['a sign', `${origin}\n+11\n${hash}\n`],
    ['a negative size', `${origin}\n-1\n${hash}\n`],
    ['a size with an exponent', `${origin}\n1e3\n${hash}\n`],
    ['no size', `${origin}\n\n${hash}\n`],
    ['digits of another script', `${origin}\n١١\n${hash}\n`],
    ['no origin', `\n11\n${hash}\n`],
    ['an origin with a space', `a b\n11\n${hash}\n`],
    ['an origin with a plus', `a+b\n11\n${hash}\n`],
    ['a root of 31 bytes', `${origin}\n11\n${root.subarray(1).toString('base64')}\n`],
    ['a root in hex', `${origin}\n11\n${root.toString('hex')}\n`],
    ['stray bits in the root', `${origin}\n11\n${hash.replace('E0=', 'E1=')}\n`],
  ])('%s is refused', (_name, text) => {
    expect(errorOf(() => parseCheckpoint(text))).toBe('checkpoint')
  })

  test.each(['9007199254740992', '18446744073709551615', `1${'0'.repeat(400)}`])(
    'a size of %s is refused by name',
    (size) => {
      expect(errorOf(() => parseCheckpoint(`${origin}\n${size}\n${hash}\n`))).toBe('size-too-large')
    },
  )

  test('the largest size is 2^53 − 1', () => {
    const { size } = parseCheckpoint(`${origin}\n9007199254740991\n${hash}\n`)
    expect(size).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('a checkpoint that its own log did not sign', () => {
  test('but another known log did: refused', async () => {
    const other = ed25519Signer('other.example/log', seed)
    const note = await signNote(formatCheckpoint(checkpoint), [other])
    const known = [log, verifierOf(other.vkey)]
    expect(errorOf(() => openCheckpoint(note, known))).toBe('no-known-signature')
  })

  test('but a witness under the name of the log did: refused', () => {
    const impostor = { name: ORIGIN, seed, publicKey: witnessKey.publicKey }
    const text = formatCheckpoint(checkpoint)
    const note = `${text}\n${cosign(text, { ...impostor, at: AT })}\n`
    const known = [log, verifierOf(cosignerVkey(ORIGIN, impostor.publicKey))]
    expect(errorOf(() => openCheckpoint(note, known))).toBe('no-known-signature')
  })

  test('but somebody with another key under its name did: an unknown key', async () => {
    const note = await signCheckpoint(checkpoint, [ed25519Signer(ORIGIN, seed)])
    expect(errorOf(() => openCheckpoint(note, [log]))).toBe('no-known-signature')
  })

  test('a witness that signed twice counts once', async () => {
    const text = formatCheckpoint(checkpoint)
    const note = addSignatureLines(await signCheckpoint(checkpoint, [logSigner]), [
      cosign(text, { ...witnessKey, at: AT }),
      cosign(text, { ...witnessKey, at: AT + 1 }),
    ])
    expect(openCheckpoint(note, [log, witness]).cosigners).toEqual([witness])
  })
})
