/** The seals on a hearing. Also storage format. */
import { event, open, pattern } from '@wederhoor/vault/fields'
import { z } from 'zod'
import { at, hearing } from './fields.ts'

/**
 * A signed checkpoint of the hearing's own tree (RFC 6962) over all entries of its stream before this one. The text that
 * was signed is not kept: it follows from the ledger's origin, `hearing`, `size` and `root`.
 */
export const hearingSealed = event('HearingSealed', 1, {
  hearing,
  size: open('how many entries it covers; its own revision', z.int().min(1)),
  root: open('hash over entries, base64', pattern('TreeRoot', /^[A-Za-z0-9+/]{43}=$/)),
  key: open('public key of the signature, base64', pattern('SealKey', /^[A-Za-z0-9+/]{43}=$/)),
  signature: open(
    'key id and signature as in a signed note, base64',
    pattern('SealSignature', /^[A-Za-z0-9+/]{91}=$/),
  ),
  at,
})
