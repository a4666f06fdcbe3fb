/** The forms that published fields take. None leaves room for a sentence about a person. */
import { z } from 'zod'

export const dossierId = z.uuid().brand<'DossierId'>()
export const partyId = z.uuid().brand<'PartyId'>()
export const pseudonym = z.uuid().brand<'Pseudonym'>()
export const hearingId = z.uuid().brand<'HearingId'>()
export const mediationId = z.uuid().brand<'MediationId'>()
export const referralId = z.uuid().brand<'ReferralId'>()
export const permissionId = z.uuid().brand<'PermissionId'>()
export const permitId = z.uuid().brand<'PermitId'>()
export const permitRequestId = z.uuid().brand<'PermitRequestId'>()
export const countId = z.uuid().brand<'CountId'>()
export const patternId = z.uuid().brand<'PatternId'>()
export const signalId = z.uuid().brand<'SignalId'>()

export const instant = z.iso.datetime({ precision: 3 }).brand<'Instant'>()
export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .brand<'Month'>()
/** Commitment to a text: base64url of SHA-256 over its disclosure (RFC 9901), never a hash of the text itself. */
export const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'Digest'>()
/** HMAC of an access code: base64url of 32 bytes. Whoever lacks the pepper can neither make nor try one. */
export const codeDigest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'Digest'>()
/** A code of a dated value list; a reader meets codes that it does not know yet. */
export const code = <List extends string>(_list: List) =>
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(60)
    .brand<List>()
export const municipality = z
  .string()
  .regex(/^GM\d{4}$/)
  .brand<'MunicipalityCode'>()
export const deskId = code('desk')
/** Register number and branch of an organisation: `12345678` or `12345678-000012345678`. Never a person. */
export const organisationId = z
  .string()
  .regex(/^\d{8}(-\d{12})?$/)
  .brand<'OrganisationId'>()

/** Whether somebody knows who the melder is (ANO-01, ANO-02): three states, chosen by the melder alone. */
export const anonymity = z.enum(['unknown-to-us', 'known-to-us', 'known-to-respondent'])

/** Whether the melder said how they may be reached without danger. Until staff confirmed a rule, nothing goes to them. */
export const safeContact = z.enum(['none-set', 'rule-set'])

/** An act that leaves the house and therefore needs a permit (architecture: nothing goes out without a permit). */
export const outgoingAct = z.enum([
  'serve-complaint',
  'serve-answer',
  'refer-with-data',
  'general-letter',
  'closing-notice',
])
