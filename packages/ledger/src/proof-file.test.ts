import { describe, expect, test } from 'vitest'
import { openCheckpoint } from './checkpoint.ts'
import { formatConsistency, parseConsistency } from './consistency-body.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { formatProofFile, parseProofFile } from './proof-file.ts'
import { NoteError, noteOfBytes, verifierOf } from './signed-note.ts'
import { leafHash, rootOf } from './tree.ts'

const LOG = verifierOf('ledger.example/log+11639dd4+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4')
const WITNESS = verifierOf(
  'witness.example/w+519d7385+BLr8cb6tOsXktj6cghbucaNKrsZXIu7bynKLTps8zOOW',
)

/** Made with golang.org/x/mod/sumdb/tlog and filippo.io/torchwood v0.9.0 of the eleven leaves `entry 0` to `entry 10`. */
const CHECKPOINT = `ledger.example/log
11
MpIghwdLQvu/Ojo2cjqyeCX9m62x4pvd68P+qD6ewE0=

— ledger.example/log EWOd1LmkC+sNL4CjnbkhweKb2LBv4UMhxm3TtMRTyW44jPIQLMJ17cd73PDUxSHvKW1bf3K+3SC9NbtxUw7hfiDhLQs=
— witness.example/w UZ1zhQAAAABrBZ/2aV68xhbYzhbE4OUq9L8J2yYHwE4Ae26z36NWBaPiXITIOtmqGHai/CufWvsfZDk6Tfa1tqKzhAUaWGWIXC7HCg==
`
const PROOF = `c2sp.org/tlog-proof@v1
extra ZXh0cmE=
index 6
Rn73BqsCMMU7SGYrU3boFVbdCx4Ss2dBA/9z7i4Fh/Q=
3QN52DrH8WTn7qMM3O+1dQglTEj3Zq/M09l2Nl4yjMw=
l5nzB1F+9RfCIF35tndivzR1ayAJn7ffzOdrzr0nOy4=
Gg7P34r3oeK3sD6u30u69aQetycGEXXjRiBCvpuP4wA=

${CHECKPOINT}`
const CONSISTENCY = `old 6
3QN52DrH8WTn7qMM3O+1dQglTEj3Zq/M09l2Nl4yjMw=
/w4ywg/2W5esELOyZ3uHKqPVoCh9lFesukflfPSkpz8=
l5nzB1F+9RfCIF35tndivzR1ayAJn7ffzOdrzr0nOy4=
Gg7P34r3oeK3sD6u30u69aQetycGEXXjRiBCvpuP4wA=

${CHECKPOINT}`

const hashes = Array.from({ length: 11 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))
const leaf = leafHash(Buffer.from('entry 6'))

/** As a stranger would check a proof file: that this leaf stands in a log that its key and one witness signed. */
function holds(bytes: Uint8Array): boolean {
  try {
    const { index, hashes: proof, checkpoint } = parseProofFile(noteOfBytes(bytes))
    const { checkpoint: head, cosigners } = openCheckpoint(checkpoint, [LOG, WITNESS])
    const { size, root } = head
    return cosigners.length === 1 && verifyInclusion({ index, size, leaf, proof, root })
  } catch (error) {
    if (error instanceof NoteError || error instanceof LedgerFormatError) return false
    throw error
  }
}

describe('a proof file made by a program of others', () => {
  test('is read, holds, and is what we write', () => {
    const file = parseProofFile(PROOF)
    expect(file).toMatchObject({ index: 6, checkpoint: CHECKPOINT })
    expect(Buffer.from(file.extra ?? []).toString('utf8')).toBe('extra')
    expect(formatProofFile(file)).toBe(PROOF)
    expect(holds(Buffer.from(PROOF))).toBe(true)
  })

  test('without extra bytes has no harmless bit', () => {
    const bytes = Buffer.from(PROOF.replace('extra ZXh0cmE=\n', ''))
    expect(holds(bytes)).toBe(true)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (holds(flipped)) expect.fail(`bit ${bit} is harmless`)
    }
  })

  test('proves no other leaf and no other index', () => {
    expect(holds(Buffer.from(PROOF.replace('index 6', 'index 7')))).toBe(false)
    expect(holds(Buffer.from(PROOF.replace('index 6', 'index 9007199254740993')))).toBe(false)
  })
})

describe('the example of c2sp.org/tlog-proof', () => {
  const text = `c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw[...]1roloI=
`
  test('is read and written; its checkpoint is kept verbatim and not looked into', () => {
    const file = parseProofFile(text)
    expect(file.index).toBe(73_894)
    expect(file.hashes).toHaveLength(5)
    expect(file.checkpoint.startsWith('example.com/fancylog\n109482\n')).toBe(true)
    expect(formatProofFile(file)).toBe(text)
  })
})

const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof LedgerFormatError) return error.code
    throw error
  }
  return 'read'
}

describe('a text that is no proof file', () => {
  test.each([
    ['another version', PROOF.replace('@v1', '@v2')],
    ['no index', PROOF.replace('index 6\n', '')],
    ['two indices', PROOF.replace('index 6\n', 'index 6\nindex 6\n')],
    ['a zero in front', PROOF.replace('index 6', 'index 06')],
    ['a sign', PROOF.replace('index 6', 'index +6')],
    ['the index first', PROOF.replace('extra ZXh0cmE=\nindex 6\n', 'index 6\nextra ZXh0cmE=\n')],
    ['extra bytes that are not base64', PROOF.replace('ZXh0cmE=', 'ZXh0cmE')],
    ['two extra lines', PROOF.replace('extra', 'extra ZXh0cmE=\nextra')],
    [
      'a hash of 31 bytes',
      PROOF.replace('Rn73BqsCMMU7SGYrU3boFVbdCx4Ss2dBA/9z7i4Fh/Q=', 'Rn73BqsC'),
    ],
    ['stray bits in a hash', PROOF.replace('Fh/Q=', 'Fh/R=')],
    ['no checkpoint', PROOF.slice(0, PROOF.indexOf('\n\n') + 2)],
    ['no blank line', PROOF.slice(0, PROOF.indexOf('\n\n'))],
    ['carriage returns', PROOF.replaceAll('\n', '\r\n')],
    ['64 hashes', PROOF.replace(/(?<=index 6\n)(.*\n)/, '$1'.repeat(61))],
    ['nothing', ''],
  ])('%s is refused', (_name, text) => {
    expect(codeOf(() => parseProofFile(text))).toBe('proof-file')
  })

  test('an index over 2^53 − 1 is refused by name', () => {
    const text = PROOF.replace('index 6', 'index 9007199254740992')
    expect(codeOf(() => parseProofFile(text))).toBe('size-too-large')
  })
})

describe('a consistency proof as a witness reads it', () => {
  test('is what Go proves, is read and written, and holds', () => {
    const body = parseConsistency(CONSISTENCY)
    expect(formatConsistency(body)).toBe(CONSISTENCY)
    const { checkpoint } = openCheckpoint(body.checkpoint, [LOG])
    const claim = {
      from: body.old,
      to: checkpoint.size,
      fromRoot: rootOf(hashes.slice(0, 6)),
      toRoot: checkpoint.root,
      proof: body.proof,
    }
    expect(verifyConsistency(claim)).toBe(true)
    expect(verifyConsistency({ ...claim, fromRoot: rootOf(hashes.slice(1, 7)) })).toBe(false)
  })

  test('of the first checkpoint has size 0 and no hashes', () => {
    const body = { old: 0, proof: [], checkpoint: CHECKPOINT }
    expect(formatConsistency(body)).toBe(`old 0\n\n${CHECKPOINT}`)
    expect(parseConsistency(formatConsistency(body))).toEqual(body)
  })

  test.each([
    ['a zero in front', CONSISTENCY.replace('old 6', 'old 06')],
    ['no size', CONSISTENCY.replace('old 6\n', '')],
    ['no blank line', CONSISTENCY.slice(0, CONSISTENCY.indexOf('\n\n'))],
    ['a line too many', CONSISTENCY.replace('old 6', 'old 6\nnew 7')],
    ['64 hashes', CONSISTENCY.replace(/(?<=old 6\n)(.*\n)/, '$1'.repeat(61))],
    ['nothing', ''],
  ])('%s is refused', (_name, text) => {
    expect(codeOf(() => parseConsistency(text))).toBe('consistency-body')
  })

  test('an old size over 2^53 − 1 is refused by name', () => {
    const text = CONSISTENCY.replace('old 6', 'old 9007199254740992')
    expect(codeOf(() => parseConsistency(text))).toBe('size-too-large')
  })
})
