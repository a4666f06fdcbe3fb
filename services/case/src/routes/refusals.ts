/** What a refusal of a rule is over HTTP: every reason has a status and words, or this does not compile. */
import { type Problem, problem } from '@wederhoor/http/problem'
import type { CaseRejection } from '../domain/case/commands.ts'
import type { ErasureRejection } from '../domain/erasure/commands.ts'

const statuses: Readonly<Record<CaseRejection['reason'], number>> = {
  'no-such-case': 404,
  'already-opened': 409,
  'case-closed': 409,
  'melder-erased': 410,
  'not-of-this-desk': 403,
  'not-assigned': 403,
  'only-the-team-lead': 403,
  'deputy-needed': 409,
  'not-offered-to-you': 403,
  'nothing-to-answer': 409,
  'too-many-files': 409,
  'melder-does-not-decide': 409,
  'scope-needed': 409,
  'term-passed': 409,
  'no-such-permission': 404,
  'permission-is-live': 409,
  'no-such-danger': 404,
  'same-person': 403,
  'not-opened': 409,
}

const texts: Readonly<Record<CaseRejection['reason'], string>> = {
  'no-such-case': 'There is no such case.',
  'already-opened': 'This case is with another desk.',
  'case-closed': 'This case is closed. Reopen it first.',
  'melder-erased':
    'What you or somebody reported here was erased; nothing of it is left to see or to do. You can always report anew.',
  'not-of-this-desk': 'Another desk holds this case.',
  'not-assigned':
    'Only the contact person, a deputy or a team lead does this. Ask to become deputy.',
  'only-the-team-lead': 'Only a team lead or the national layer does this.',
  'deputy-needed': 'Name a deputy first, so that somebody holds the case.',
  'not-offered-to-you': 'Nobody asked you to become contact person of this case.',
  'too-many-files': 'There are too many files in this case. Put several in one document.',
  'nothing-to-answer': 'There is no such message to answer.',
  'melder-does-not-decide': 'Whoever reported does not decide about the case of another.',
  'scope-needed': 'A permission to refer with data says which data, and until when.',
  'term-passed': 'This permission would be over before it began.',
  'no-such-permission': 'There is no such permission.',
  'permission-is-live': 'There is a permission for this very text. Withdraw it instead.',
  'no-such-danger': 'There is no such report of danger.',
  'same-person': 'This asks for another person than the one who reported it.',
  'not-opened': 'Open the report first, then say what you think of it.',
}

/** Somebody who may not is written down in the access log too. */
export function refusal({ reason }: CaseRejection): Problem {
  const status = statuses[reason]
  const denied = status === 403 ? { denied: reason } : {}
  return problem(status, { code: reason, detail: texts[reason], ...denied })
}

type ErasureReason = ErasureRejection['reason'] | 'no-such-party'

const erasureStatuses: Readonly<Record<ErasureReason, number>> = {
  'no-such-party': 404,
  'nothing-requested': 409,
  'already-decided': 409,
  'retention-runs': 409,
  'no-such-hold': 404,
  'same-person': 403,
  'handled-it': 403,
  'defence-not-weighed': 409,
  'not-granted': 409,
  'not-erased': 409,
}

const erasureTexts: Readonly<Record<ErasureReason, string>> = {
  'no-such-party': 'There is no such party in this dossier.',
  'nothing-requested': 'Nobody asked for this. Ask first, then let somebody else decide.',
  'already-decided': 'It is decided that this party is erased; that cannot be held back any more.',
  'retention-runs': 'The term for keeping this has not passed. Ask on another ground, or later.',
  'no-such-hold': 'There is no such hold.',
  'same-person': 'This asks for another person than the one who asked for it or lifted a hold.',
  'handled-it': 'Whoever had a hand in this dossier does not decide about it. Ask a colleague.',
  'defence-not-weighed':
    'Another party was heard on what this person said. Say why their defence does not need it.',
  'not-granted': 'Nobody decided that this party is erased.',
  'not-erased': 'Nothing was erased here yet.',
}

export function erasureRefusal({ reason }: { readonly reason: ErasureReason }): Problem {
  const status = erasureStatuses[reason]
  const denied = status === 403 ? { denied: reason } : {}
  return problem(status, { code: reason, detail: erasureTexts[reason], ...denied })
}
