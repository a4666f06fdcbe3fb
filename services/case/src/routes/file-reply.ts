/** Files over HTTP: cleaned before they are sealed, and handed out as they were sealed. */
import { Readable } from 'node:stream'
import { problem, requireNoErrors } from '@wederhoor/http/problem'
import { MediaError, type MediaErrorCode } from '@wederhoor/media/media-error'
import { type MediaType, mediaTypes, type StrippedFile, strip } from '@wederhoor/media/strip'
import type { OpenedFile } from '@wederhoor/vault/port'
import type { FastifyReply } from 'fastify'

const refusals: Readonly<Record<MediaErrorCode, readonly [status: number, detail: string]>> = {
  'unknown-type': [
    415,
    'This kind of file is not taken. Send a JPEG, PNG, PDF, Word, OpenDocument or plain text file.',
  ],
  'type-mismatch': [415, 'This file is of another type than was said. Send it as what it is.'],
  malformed: [422, 'This file is broken or cut off. Send it again, or a picture of it.'],
  'too-large': [413, 'This file unpacks to more than is taken. Send it in parts.'],
}

/** @throws Problem what cannot be taken. */
export function cleaned(bytes: Uint8Array, said: string | undefined): StrippedFile {
  try {
    return strip(bytes, (said ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '')
  } catch (cause) {
    if (!(cause instanceof MediaError)) throw cause
    const [status, detail] = refusals[cause.code]
    throw problem(status, { code: `file-${cause.code}`, detail, cause })
  }
}

const NAME_MAX = 255

/** The name that came with a file; `''` where none did. @throws Problem 400. */
export function nameIn(header: string | undefined): string {
  const name = decoded(header ?? '')
  const isName = name !== undefined && name.length <= NAME_MAX && !/\p{Cc}/u.test(name)
  const message = `percent-encoded UTF-8, at most ${NAME_MAX} characters, no control characters`
  requireNoErrors(isName ? [] : [{ path: '/headers/file-name', code: 'invalid-format', message }])
  return name ?? ''
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const endings: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'text/plain': 'txt',
}
const isTaken = (type: string): type is MediaType =>
  (mediaTypes as readonly string[]).includes(type)

/**
 * Sends the bytes, a chunk at a time, to be saved and not shown, under a name that says nothing; what breaks off halfway
 * breaks off the connection.
 * @throws Problem where there is nothing to send any more.
 */
export async function handOut(opened: OpenedFile, reply: FastifyReply): Promise<FastifyReply> {
  if (opened.kind === 'erased')
    throw problem(410, { code: 'erased', detail: 'The file was erased with the person it was of.' })
  if (opened.kind !== 'opened')
    throw problem(404, {
      code: 'content-lost',
      detail: 'The file stands on record, and its content was lost.',
    })
  const { mediaType, size } = opened.content
  const type = isTaken(mediaType) ? mediaType : undefined
  const name = `bestand.${type === undefined ? 'bin' : endings[type]}`
  const bytes = await begun(opened.bytes)
  return reply
    .type(type ?? 'application/octet-stream')
    .header('content-length', size)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(bytes, { objectMode: false }))
}

/** The first chunk is there before anything is answered: what does not open at all is a problem, not a broken answer. */
async function begun(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  return (async function* () {
    for (let one = first; one.done !== true; one = await iterator.next()) yield one.value
  })()
}
