/** Signed notes: c2sp.org/signed-note, the same as Go's golang.org/x/mod/sumdb/note. */
import { createPublicKey } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './canonical-base64.ts'
import { cosignatureCheck } from './cosignature.ts'
import { LedgerFormatError } from './ledger-format-error.ts'
import {
  ed25519Check,
  hasControl,
  isKeyName,
  KEY_ID_BYTES,
  KEY_TYPES,
  type KeyKind,
  keyIdOf,
  PUBLIC_KEY_BYTES,
  privateKeyOf,
  signEd25519,
} from './note-key.ts'

/**
 * `malformed`: not a note. `bad-signature`: a known key did not sign this. `no-known-signature`: nobody known signed it.
 * Never retried.
 */
export class NoteError extends Error {
  override readonly name = 'NoteError'
  readonly code: 'malformed' | 'bad-signature' | 'no-known-signature'

  constructor(code: NoteError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface NoteSigner {
  readonly name: string
  readonly vkey: string
  /** Key id (4 bytes) ‖ signature over the text in UTF-8. Rejects where the key cannot be used now. */
  sign(text: string): Promise<Uint8Array>
}

export interface NoteVerifier {
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly keyId: string
  readonly vkey: string
  readonly kind: KeyKind
  /** @param signature without the key id. `at`: a cosignature's time, Unix seconds. */
  verify(text: string, signature: Uint8Array): { ok: false } | { ok: true; at?: number }
}

export interface NoteSignature {
  readonly verifier: NoteVerifier
  /** Unix seconds; cosignatures only. */
  readonly at?: number
}

export interface OpenedNote {
  /** With its last line feed. */
  readonly text: string
  /** Verified ones, in the note's order, one a key. Never empty. */
  readonly signatures: readonly NoteSignature[]
  /** How many signature lines are of keys not asked for: nothing is known about those, not even that nobody changed them. */
  readonly unknown: number
}

/** 32 bytes. @param seed the 32 secret bytes of RFC 8032. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const { x } = createPublicKey(privateKeyOf(seed)).export({ format: 'jwk' })
  return Buffer.from(x ?? '', 'base64url')
}

/** `name+key id in hex+base64(0x01 ‖ public key)`. @param publicKey 32 bytes. */
export function vkeyOf(name: string, publicKey: Uint8Array): string {
  if (!isKeyName(name) || publicKey.length !== PUBLIC_KEY_BYTES) throw badVkey()
  const key = Buffer.concat([Uint8Array.of(KEY_TYPES.ed25519), publicKey])
  return `${name}+${hex(keyIdOf(name, 'ed25519', publicKey))}+${encodeBase64(key)}`
}

/** @param seed the 32 secret bytes of RFC 8032; held in memory as long as the signer is. */
export function ed25519Signer(name: string, seed: Uint8Array): NoteSigner {
  const publicKey = publicKeyOf(seed)
  const key = privateKeyOf(seed)
  const keyId = keyIdOf(name, 'ed25519', publicKey)
  return {
    name,
    vkey: vkeyOf(name, publicKey),
    sign: async (text) => Buffer.concat([keyId, signEd25519(key, Buffer.from(text, 'utf8'))]),
  }
}

/**
 * Ed25519 keys (type 0x01) and those of witnesses (type 0x04).
 * @throws LedgerFormatError `vkey`; also for a key id that is not that of name and key.
 */
export function verifierOf(vkey: string): NoteVerifier {
  // The base64 of a key may hold a plus itself, a name may not.
  const [, name, keyId, encoded] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey) ?? []
  const bytes = decodeBase64(encoded ?? '')
  if (name === undefined || bytes === undefined || !isKeyName(name)) throw badVkey()
  const kind = (['ed25519', 'cosignature'] as const).find((one) => KEY_TYPES[one] === bytes[0])
  const publicKey = bytes.subarray(1)
  if (keyId === undefined || kind === undefined || publicKey.length !== PUBLIC_KEY_BYTES) {
    throw badVkey()
  }
  if (hex(keyIdOf(name, kind, publicKey)) !== keyId) throw badVkey()
  return { name, keyId, vkey, kind, verify: checkOf(kind, publicKey) }
}

function checkOf(kind: KeyKind, publicKey: Uint8Array): NoteVerifier['verify'] {
  if (kind === 'cosignature') return cosignatureCheck(publicKey)
  const check = ed25519Check(publicKey)
  return (text, signature) => ({ ok: check(Buffer.from(text, 'utf8'), signature) })
}

/**
 * @param text ends in a line feed.
 * @throws NoteError `malformed` for a text that no note can hold; rejects as a signer does.
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isText(text) || !text.endsWith('\n')) throw malformed('not a text for a note')
  const lines = await Promise.all(
    signers.map(async (signer) => lineOf(signer.name, await signer.sign(text))),
  )
  return `${text}\n${lines.join('')}`
}

/** The note with these signature lines (as `signaturesOf` gives them) added that it has not yet. @throws NoteError `malformed` */
export function addSignatureLines(note: string, lines: readonly string[]): string {
  const { text, signatures } = cut(note)
  const all = [...new Set([...signatures, ...lines])]
  for (const line of all) parseLine(line)
  return `${text}\n${all.map((line) => `${line}\n`).join('')}`
}

/** The signature lines, unverified, without their line feeds. @throws NoteError `malformed` */
export function signaturesOf(note: string): readonly string[] {
  const { signatures } = cut(note)
  for (const line of signatures) parseLine(line)
  return signatures
}

/** Bytes of a note as text. @throws NoteError `malformed` where they are not UTF-8. */
export function noteOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new NoteError('malformed', 'the note is not UTF-8', { cause })
  }
}

/**
 * The text, once one known key at least signed it and no known key's signature is wrong.
 * Signatures of unknown keys are counted and otherwise passed over.
 * @throws NoteError
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures: lines } = cut(note)
  const signatures: NoteSignature[] = []
  let unknown = 0
  for (const { name, keyId, signature } of lines.map(parseLine)) {
    const verifier = verifiers.find((one) => one.name === name && one.keyId === keyId)
    if (verifier === undefined) {
      unknown += 1
      continue
    }
    const result = verifier.verify(text, signature)
    if (!result.ok) throw new NoteError('bad-signature', `the signature of ${name} is wrong`)
    if (signatures.some((one) => one.verifier === verifier)) continue
    signatures.push(result.at === undefined ? { verifier } : { verifier, at: result.at })
  }
  if (signatures.length > 0) return { text, signatures, unknown }
  throw new NoteError('no-known-signature', 'none of the known keys signed this')
}

const SIGNATURES_MAX = 100
const DASH = '\u2014 '

/** At the last blank line: the text may hold blank lines of its own. */
function cut(note: string): { readonly text: string; readonly signatures: readonly string[] } {
  const at = note.lastIndexOf('\n\n')
  if (at === -1 || !isText(note) || !note.endsWith('\n')) throw malformed('not a signed note')
  const signatures = note
    .slice(at + 2)
    .split('\n')
    .slice(0, -1)
  if (signatures.length === 0) throw malformed('a note without signatures')
  if (signatures.length > SIGNATURES_MAX) throw malformed('more signatures than a note may have')
  return { text: note.slice(0, at + 1), signatures }
}

function parseLine(line: string): { name: string; keyId: string; signature: Uint8Array } {
  const [name, encoded, ...rest] = line.slice(DASH.length).split(' ')
  const bytes = decodeBase64(encoded ?? '')
  const whole =
    line.startsWith(DASH) &&
    rest.length === 0 &&
    name !== undefined &&
    isKeyName(name) &&
    bytes !== undefined &&
    bytes.length > KEY_ID_BYTES
  if (!whole) throw malformed('a line that is not a signature')
  return {
    name,
    keyId: hex(bytes.subarray(0, KEY_ID_BYTES)),
    signature: bytes.subarray(KEY_ID_BYTES),
  }
}

const lineOf = (name: string, bytes: Uint8Array): string =>
  `${DASH}${name} ${encodeBase64(bytes)}\n`

const isText = (text: string): boolean => text.isWellFormed() && !hasControl(text)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const malformed = (message: string): NoteError => new NoteError('malformed', message)
const badVkey = (): LedgerFormatError => new LedgerFormatError('vkey', 'not a public key of a note')
