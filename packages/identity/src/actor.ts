/** Who is asking. Made from a verified token or an access code, never from what a request says of itself. */

export interface Actor {
  /** The account: `sub` of the token. Never a citizen number. */
  readonly subject: string
  /** The human behind the account: two accounts of one human have the same `person`. */
  readonly person: string
  readonly roles: readonly string[]
  /** The desk the account works at, or null. */
  readonly desk: string | null
  /** The organisation of a partner or addressee, or null. */
  readonly organisation: string | null
}

/** Someone who came with a code or with nothing: a melder, a respondent. */
export const nobody: Actor = {
  subject: 'nobody',
  person: 'nobody',
  roles: [],
  desk: null,
  organisation: null,
}
