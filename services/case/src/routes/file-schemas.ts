/** The HTTP contract of files: the body is the file itself, and what is said about it stands beside it. */
import { z } from 'zod'
import { dossierParams, ofParty } from './schemas.ts'

const kind = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
  .brand<'soort-bestand'>()
  .default('overig' as never)
const metadata = z
  .enum(['stripped', 'kept-sealed'])
  .describe(
    'Whether what tells who made it, where and with what was removed. kept-sealed: it could not be without harm, and goes along with the file.',
  )

export const fileParams = dossierParams.extend({ file: z.uuid().brand<'FileId'>() })
export const ownFileParams = fileParams.omit({ dossier: true })
export const aboutOwnFile = z.object({ kind })
export const aboutFile = aboutOwnFile.extend({ party: ofParty })
/** Personal: in no address, so that no log of addresses holds it. */
export const nameHeader = z.object({
  'file-name': z
    .string()
    .max(2_000)
    .optional()
    .describe('What the file is called, percent-encoded UTF-8 (RFC 3986); it is sealed.'),
})
export const fileAdded = z.object({ dossier: z.uuid(), file: z.uuid(), metadata })
