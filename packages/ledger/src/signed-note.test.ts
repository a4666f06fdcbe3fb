import { describe, expect, test } from 'vitest'
import { LedgerFormatError } from './ledger-format-error.ts'
import {
  addSignatureLines,
  ed25519Signer,
  NoteError,
  type NoteVerifier,
  noteOfBytes,
  openNote,
  publicKeyOf,
  signaturesOf,
  signNote,
  verifierOf,
  vkeyOf,
} from './signed-note.ts'

/** Keys, text and signatures of Go's own tests: golang.org/x/mod v0.33.0, sumdb/note/note_test.go (BSD-3-Clause). */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETER_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1)
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const TEXT = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`
const BY_PETER =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='
const BY_ENOCH =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ='
const peter = verifierOf(PETER)
const enoch = verifierOf(ENOCH)

const noteOf = (...lines: readonly string[]): string =>
  `${TEXT}\n${lines.map((line) => `${line}\n`).join('')}`
const longer = (line: string): string => `${line.slice(0, 60)}ABCD${line.slice(60)}`

/** The code of the error that this throws. */
function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof NoteError) return error.code
    throw error
  }
  return 'opened'
}

describe('the examples of Go', () => {
  test('a seed gives the public key and the signature that Go gives', async () => {
    expect(vkeyOf('PeterNeumann', publicKeyOf(PETER_SEED))).toBe(PETER)
    const signer = ed25519Signer('PeterNeumann', PETER_SEED)
    expect(signer.vkey).toBe(PETER)
    expect(await signNote(TEXT, [signer])).toBe(noteOf(BY_PETER))
  })

  test('one known signer of two: the other is counted and no more', () => {
    expect(openNote(noteOf(BY_PETER, BY_ENOCH), [peter])).toEqual({
      text: TEXT,
      signatures: [{ verifier: peter }],
      unknown: 1,
    })
  })

  test('two known signers', () => {
    const { signatures, unknown } = openNote(noteOf(BY_PETER, BY_ENOCH), [enoch, peter])
    expect(signatures.map(({ verifier }) => verifier.name)).toEqual(['PeterNeumann', 'EnochRoot'])
    expect(unknown).toBe(0)
  })

  test('no known signer', () => {
    expect(codeOf(() => openNote(noteOf(BY_PETER, BY_ENOCH), []))).toBe('no-known-signature')
  })

  test('a wrong signature of a known key fails, also beside a right one and also as a repetition', () => {
    const wrong = longer(BY_PETER)
    expect(codeOf(() => openNote(noteOf(wrong), [peter]))).toBe('bad-signature')
    expect(codeOf(() => openNote(noteOf(BY_ENOCH, wrong), [enoch, peter]))).toBe('bad-signature')
    expect(codeOf(() => openNote(noteOf(BY_PETER, wrong), [peter]))).toBe('bad-signature')
  })

  test('a repeated signature counts once', () => {
    expect(openNote(noteOf(BY_PETER, BY_PETER), [peter]).signatures).toHaveLength(1)
  })

  test('more than a hundred signatures are too many', () => {
    const lines = Array.from({ length: 101 }, () => BY_PETER)
    expect(codeOf(() => openNote(noteOf(...lines), [peter]))).toBe('malformed')
    expect(codeOf(() => openNote(noteOf(...lines.slice(1)), [peter]))).toBe('opened')
  })

  test.each([
    ['a text alone', TEXT],
    ['no signatures', `${TEXT}\n`],
    ['no last line feed', noteOf(BY_PETER).slice(0, -1)],
    ['a control character', `\x01${noteOf(BY_PETER)}`],
    ['a carriage return', noteOf(BY_PETER).replaceAll('\n', '\r\n')],
    ['a lone surrogate', `\ud800${noteOf(BY_PETER)}`],
    ['a name with a space', noteOf('— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBt')],
    ['a name with a plus', noteOf('— Bad+Name x08go/ZJkuBS9UG/SffcvIAQxVBt')],
    ['no name', noteOf('—  x08go/ZJkuBS9UG/SffcvIAQxVBt')],
    ['a line of another form', noteOf(BY_PETER, 'Unexpected line.')],
    ['a hyphen for the dash', noteOf(BY_PETER.replace('—', '-'))],
    ['two spaces', noteOf(BY_PETER.replace('n x', 'n  x'))],
    ['a space at the end', noteOf(`${BY_PETER} `)],
    ['a blank line among the signatures', noteOf(BY_PETER, '', '')],
    ['a key id and no signature', noteOf('— PeterNeumann x08gow==')],
    ['base64 without its padding', noteOf(BY_PETER.slice(0, -1))],
    ['the alphabet of URLs', noteOf(BY_PETER.replaceAll('/', '_'))],
    ['stray bits at the end of the base64', noteOf(BY_PETER.replace('AM=', 'AN='))],
    ['nothing', ''],
  ])('%s is malformed', (_name, note) => {
    expect(codeOf(() => openNote(note, [peter]))).toBe('malformed')
  })

  test('bytes that are not UTF-8 are malformed', () => {
    const bytes = Buffer.concat([Buffer.of(0xff), Buffer.from(noteOf(BY_PETER))])
    expect(codeOf(() => noteOfBytes(bytes))).toBe('malformed')
    expect(noteOfBytes(Buffer.from(noteOf(BY_PETER)))).toBe(noteOf(BY_PETER))
  })
})

describe('a public key', () => {
  test('no part of it and no other character in it makes another key', () => {
    for (let from = 0; from < PETER.length; from += 1) {
      for (let to = from + 1; to <= PETER.length; to += 1) {
        if (to - from === PETER.length) continue
        expect(() => verifierOf(PETER.slice(from, to))).toThrow(LedgerFormatError)
      }
    }
    for (let at = 0; at < PETER.length; at += 1) {
      const next = String.fromCharCode(PETER.charCodeAt(at) + 1)
      expect(() => verifierOf(PETER.slice(0, at) + next + PETER.slice(at + 1))).toThrow(
        LedgerFormatError,
      )
    }
  })

  test.each([
    'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    `${PETER}\n`,
    '',
  ])('%j is refused: another length, kind or spelling', (vkey) => {
    expect(() => verifierOf(vkey)).toThrow(LedgerFormatError)
  })

  test('may hold a plus in its base64: it is cut at the first separators only', () => {
    const vkey = 'example.com+5800330c+ARPRGiaIwfx6xka5nXhdD/rqojPMjrjhm7OCuy+03Ymz'
    expect(verifierOf(vkey)).toMatchObject({ name: 'example.com', keyId: '5800330c', vkey })
  })

  test('of a witness is of another kind', () => {
    // github.com/transparency-dev/formats, note/note_cosigv1_test.go (Apache-2.0)
    const vkey = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
    expect(verifierOf(vkey)).toMatchObject({ keyId: 'da77ade7', kind: 'cosignature' })
  })

  test.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2003b', '\ud800'])(
    'cannot have the name %j',
    (name) => {
      expect(() => vkeyOf(name, publicKeyOf(PETER_SEED))).toThrow(LedgerFormatError)
    },
  )
})

describe('the example of c2sp.org/signed-note', () => {
  const text = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.
`
  const line =
    '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc='

  test('is cut at the last blank line: the text has one of its own', () => {
    const seen: { text: string; bytes: number }[] = []
    const fake: NoteVerifier = {
      name: 'quasimodo.example/salvatore',
      keyId: '367ba04b',
      vkey: 'the example does not give it',
      kind: 'ed25519',
      verify: (signed, signature) => {
        seen.push({ text: signed, bytes: signature.length })
        return { ok: true }
      },
    }
    expect(openNote(`${text}\n${line}\n`, [fake]).text).toBe(text)
    expect(seen).toEqual([{ text, bytes: 64 }])
  })

  test('has a name that is known and a key id that is not: an unknown key', () => {
    const other = verifierOf(vkeyOf('quasimodo.example/salvatore', publicKeyOf(PETER_SEED)))
    expect(codeOf(() => openNote(`${text}\n${line}\n`, [other]))).toBe('no-known-signature')
  })
})

describe('a note with one signature', () => {
  test('does not open after the flip of any single bit', () => {
    const bytes = Buffer.from(noteOf(BY_PETER))
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (codeOf(() => openNote(noteOfBytes(flipped), [peter])) === 'opened') {
        expect.fail(`bit ${bit} is harmless`)
      }
    }
  })

  test('takes more of them, each once', () => {
    const both = addSignatureLines(noteOf(BY_PETER), [BY_ENOCH, BY_PETER])
    expect(both).toBe(noteOf(BY_PETER, BY_ENOCH))
    expect(signaturesOf(both)).toEqual([BY_PETER, BY_ENOCH])
    expect(openNote(both, [peter, enoch]).signatures).toHaveLength(2)
  })

  test('takes nothing that is not a signature', () => {
    for (const line of ['', 'line', `${BY_ENOCH}\n`, `${BY_ENOCH}\n\n${BY_PETER}`]) {
      expect(codeOf(() => addSignatureLines(noteOf(BY_PETER), [line]))).toBe('malformed')
    }
  })

  test('is not made of a text that no note can hold', async () => {
    const signer = ed25519Signer('PeterNeumann', PETER_SEED)
    for (const text of ['no line feed', '', 'a tab\t\n', '\ud800\n']) {
      await expect(signNote(text, [signer])).rejects.toMatchObject({ code: 'malformed' })
    }
  })
})
