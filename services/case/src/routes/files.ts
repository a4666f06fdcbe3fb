/** Letters and photographs of a case: added by staff or by the melder, cleaned, sealed, and handed out to whoever may. */
import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { derivedId } from '@wederhoor/decider/derived-id'
import { fileBody, fileIn, takeFiles } from '@wederhoor/http/file-body'
import { requireNoErrors } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import { mediaTypes } from '@wederhoor/media/strip'
import { FILE_BYTES_MAX } from '@wederhoor/vault/file-chunks'
import type { AddFile } from '../domain/case/commands.ts'
import type { ExistingCase } from '../domain/case/state.ts'
import { type FileId, fileAdded, type PartyId } from '../domain/events.ts'
import { cleaned, handOut, nameIn } from './file-reply.ts'
import * as schema from './file-schemas.ts'
import type { MelderHolder } from './melder.ts'
import { type CaseRooms, staff } from './rooms.ts'
import { dossierParams } from './schemas.ts'

/** A file is held in memory whole while it is cleaned, and once more packed anew. */
const AT_ONCE_MAX = 3
const produces = [...mediaTypes, 'application/octet-stream']

export function fileRoutes(app: Server, rooms: CaseRooms, holder: MelderHolder): void {
  /** Whose code it is, is asked before the file is read: whoever guesses takes nobody's place. */
  const senders = new WeakMap<Request, ReturnType<MelderHolder>>()

  const limits = { mediaTypes: produces, bytesMax: FILE_BYTES_MAX, atOnceMax: AT_ONCE_MAX }
  takeFiles(app, limits, (scope) => {
    scope.post(
      '/v1/cases/:dossier/files',
      {
        config: { access: staff },
        schema: {
          summary:
            'Add a letter, a photograph or another file; it is sealed for the party it is of',
          description:
            'At most 25 MiB. Metadata that tells who made it, where and with what is removed.',
          consumes: produces,
          params: dossierParams,
          querystring: schema.aboutFile,
          headers: schema.nameHeader,
          body: fileBody,
          response: { 201: schema.fileAdded },
        },
      },
      async (request, reply) => {
        const { dossier } = request.params
        const state = await rooms.admit(request, dossier)
        const party = await rooms.partyToWrite(request.query.party, state, dossier)
        const { context } = await rooms.moment(request, dossier, 'add-file')
        const { kind } = request.query
        const added = await add(request, { dossier, state, party, context, kind })
        return reply.code(201).send(added)
      },
    )

    scope.post(
      '/v1/my-case/files',
      {
        config: { access: withCode() },
        onRequest: async (request: Request) => {
          senders.set(request, holder(request))
          await senders.get(request)
        },
        schema: {
          summary: 'Show us something: a letter, a photograph, a screenshot',
          description:
            'At most 25 MiB. Metadata that tells who made it, where and with what is removed.',
          consumes: produces,
          querystring: schema.aboutOwnFile,
          headers: schema.nameHeader,
          body: fileBody,
          response: { 201: schema.fileAdded },
        },
      },
      async (request, reply) => {
        const { dossier, state, as } = await (senders.get(request) ?? holder(request))
        const { context } = await rooms.moment(request, dossier, 'add-own-file', as)
        const { kind } = request.query
        const party = state.melder
        const added = await add(request, { dossier, state, party, context, kind })
        return reply.code(201).send(added)
      },
    )
  })

  app.get(
    '/v1/cases/:dossier/files/:file',
    {
      config: { access: staff, produces },
      schema: {
        summary: 'A file, opened; this reading is recorded',
        params: schema.fileParams,
        produces,
        response: { 200: fileBody },
      },
    },
    async (request, reply) => {
      const { dossier, file } = request.params
      await rooms.enter(request, dossier)
      return handOut(await rooms.openFile(request, dossier, { file }), reply)
    },
  )

  app.get(
    '/v1/my-case/files/:file',
    {
      config: { access: withCode(), produces },
      schema: {
        summary: 'A file that is yours, opened; this reading is recorded',
        params: schema.ownFileParams,
        produces,
        response: { 200: fileBody },
      },
    },
    async (request, reply) => {
      const { dossier, state } = await holder(request)
      const of = { file: request.params.file, party: state.melder }
      return handOut(await rooms.openFile(request, dossier, of), reply)
    },
  )

  async function add(
    request: Request,
    about: {
      readonly dossier: string
      readonly state: ExistingCase
      readonly party: PartyId
      readonly kind: AddFile['kind']
      readonly context: AddFile['context']
    },
  ) {
    const { dossier, state, party, kind, context } = about
    const file = derivedId(context.id, 'file') as FileId
    const known = state.files.find((one) => one.file === file)
    if (known !== undefined) return { dossier, file, metadata: known.metadata }
    requireNoErrors(
      unknownCodes(context.at, { path: '/query/kind', list: 'soort-bestand', codes: [kind] }),
    )
    const name = nameIn(header(request, 'file-name'))
    const { bytes, mediaType, metadata } = cleaned(fileIn(request), header(request, 'content-type'))
    const sealing = { field: 'content', source: [bytes], mediaType, name }
    const content = await rooms.vault.sealFile(fileAdded, { dossier, party }, sealing)
    await rooms.handle(dossier, { type: 'AddFile', context, file, party, kind, metadata, content })
    return { dossier, file, metadata }
  }
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
