/**
 * A fake: a small server that answers `add-checkpoint` as c2sp.org/tlog-witness says, and can be told to answer otherwise.
 * It says nothing about real witnesses; `litewitness.int.test.ts` does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseCheckpoint } from '../checkpoint.ts'
import { parseConsistency } from '../consistency-body.ts'
import { cosign, cosignerVkey } from '../cosignature.ts'
import { verifyConsistency } from '../proof.ts'
import { NoteError, openNote, publicKeyOf, verifierOf } from '../signed-note.ts'
import { emptyRoot } from '../tree.ts'
import type { Witness } from './witness-client.ts'
import { textOf } from './witnessed-checkpoint.ts'

export interface Answer {
  readonly status: number
  readonly type?: string
  readonly body?: string
  readonly location?: string
}

export interface FakeWitness {
  readonly witness: Witness
  readonly vkey: string
  /** Every body that came in. */
  readonly asked: string[]
  /** What is answered instead; a promise that never ends is a witness that hangs. */
  answer: ((body: string) => Answer | Promise<Answer>) | undefined
  /** Its honest answer. */
  honest(body: string): Answer
  /** What it cosigned last, by origin. */
  readonly known: Map<string, { readonly size: number; readonly root: Uint8Array }>
  close(): Promise<void>
}

export const COSIGNED_AT = 1_709_280_000

export async function fakeWitness(
  number: number,
  logVkeys: readonly string[],
): Promise<FakeWitness> {
  const seed = Buffer.alloc(32, 100 + number)
  const key = { name: `witness.test/w${number}`, seed, publicKey: publicKeyOf(seed) }
  const vkey = cosignerVkey(key.name, key.publicKey)
  const server = createServer((request, response) => void answerTo(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const fake: FakeWitness = {
    witness: { verifier: verifierOf(vkey), url: `http://127.0.0.1:${port}` },
    vkey,
    asked: [],
    answer: undefined,
    honest,
    known: new Map(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    fake.asked.push(body)
    const answer = await (fake.answer ?? honest)(body)
    const { status, type = 'text/plain', body: said = '', location } = answer
    const elsewhere = location === undefined ? {} : { location }
    response.writeHead(status, { 'content-type': type, ...elsewhere }).end(said)
  }

  function honest(body: string): Answer {
    const { old, proof, checkpoint: note } = parseConsistency(body)
    const { origin, size, root } = parseCheckpoint(textOf(note))
    const keys = logVkeys.map(verifierOf).filter(({ name }) => name === origin)
    if (keys.length === 0) return { status: 404 }
    try {
      openNote(note, keys)
    } catch (error) {
      if (error instanceof NoteError) return { status: 403 }
      throw error
    }
    const known = fake.known.get(origin) ?? { size: 0, root: emptyRoot() }
    if (old > size) return { status: 400 }
    if (old !== known.size) return conflict(known.size)
    const grows = { from: old, to: size, fromRoot: known.root, toRoot: root, proof }
    if (!verifyConsistency(grows)) return { status: 422 }
    fake.known.set(origin, { size, root })
    return { status: 200, body: `${cosign(textOf(note), { ...key, at: COSIGNED_AT })}\n` }
  }
  return fake
}

export const conflict = (size: number | string): Answer => ({
  status: 409,
  type: 'text/x.tlog.size',
  body: `${size}\n`,
})
