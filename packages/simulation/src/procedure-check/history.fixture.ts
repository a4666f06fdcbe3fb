/** Hand-made ledgers for tests: each entry is what an outsider would read. */
import type { Fact } from './fact.ts'
import { checkProcedure } from './procedure-check.ts'

export const melder = 'melder-1'
export const respondent = 'respondent-1'
export const dossier = 'dossier-1'
const ends = '2024-03-10T09:15:00.000Z'

type Draft = Omit<Fact, 'position' | 'by'> & { readonly by?: string }

export const entry = (
  category: string,
  type: string,
  data: Fact['data'] = {},
  more: Partial<Draft> = {},
): Draft => ({
  stream: `${category}-1`,
  dossier,
  type,
  at: '2024-03-10T09:00:00.000Z',
  data,
  commitments: {},
  ...more,
})

/** In the order in which they are given. */
export const ledgerOf = (...entries: readonly Draft[]): readonly Fact[] =>
  entries.map((one, index) => ({ by: 'anna', ...one, position: index + 1 }))

/** What the check says of a ledger with these entries, whose hearing is sealed at the end. */
export async function broken(...entries: readonly Draft[]): Promise<readonly string[]> {
  const inHearing = entries.filter(({ stream }) => stream === 'hearing-1')
  const seals = inHearing.length === 0 ? [] : [sealed(inHearing.length)]
  return brokenUnsealed(...entries, ...seals)
}

export async function brokenUnsealed(...entries: readonly Draft[]): Promise<readonly string[]> {
  const { violations } = await checkProcedure(ledgerOf(...entries))
  return violations.map(({ rule, what }) => `${rule}: ${what}`)
}

export const sealed = (size: number) => entry('hearing', 'HearingSealed', { size })

const content = (digest: string) => ({ commitments: { '/content': digest } })

export const known = entry('melding', 'MeldingRegistered', { anonymity: 'known-to-us' })
export const lifted = entry('melding', 'AnonymityChosen', { anonymity: 'known-to-respondent' })
export const prepared = entry(
  'hearing',
  'HearingPrepared',
  { document: 'complaint', melder, respondent },
  content('text-1'),
)
export const permitted = (permission = 'permission-1', digest = 'text-1') =>
  entry('case', 'PermissionGiven', {
    permission,
    act: 'serve-complaint',
    receiver: respondent,
    digest,
  })
export const withdrawn = (permission = 'permission-1') =>
  entry('case', 'PermissionWithdrawn', { permission })

interface Sending {
  readonly request: string
  readonly document: string
  readonly act: string
  readonly digest: string
  readonly to: 'melder' | 'respondent'
}
const complaint: Sending = {
  request: 'request-1',
  document: 'complaint',
  act: 'serve-complaint',
  digest: 'text-1',
  to: 'respondent',
}

export const asked = (change: Partial<Sending> = {}) => {
  const { request, document, act, to } = { ...complaint, ...change }
  return entry('hearing', 'PermitRequested', { request, document, act, to, purpose: 'serve' })
}
export const granted = (change: Partial<Sending> = {}, more: Fact['data'] = {}) => {
  const { request, act, digest, to } = { ...complaint, ...change }
  const receiver = to === 'melder' ? melder : respondent
  const permit = `permit of ${request}`
  return entry('case', 'PermitGranted', {
    permit,
    request,
    act,
    receiver,
    digest,
    permission: 'permission-1',
    validUntil: ends,
    ...more,
  })
}
export const cancelled = (request = 'request-1') =>
  entry('case', 'PermitCancelled', { permit: `permit of ${request}` })
export const dispatched = (change: Partial<Sending> = {}, at = '2024-03-10T09:05:00.000Z') => {
  const { request, document, to } = { ...complaint, ...change }
  const data = { request, permit: `permit of ${request}`, document, to }
  return entry('hearing', 'DocumentDispatched', data, { at })
}
export const delivered = (change: Partial<Sending> = {}) => {
  const { document, to } = { ...complaint, ...change }
  return entry('hearing', 'DeliveryProven', { document, to })
}
/** Asked, granted, sent and arrived. */
export const served = (change: Partial<Sending> = {}) => [
  asked(change),
  granted(change),
  dispatched(change),
  delivered(change),
]
export const term = (party = 'respondent', document = 'complaint') =>
  entry('hearing', 'TermStarted', {
    party,
    document,
    fromAt: '2024-03-10T09:00:00.000Z',
    days: { answer: 14, reminder: 15, silence: 29 },
    dues: { silenceDueAt: '2024-04-08T21:59:59.999Z' },
  })
export const reminded = [
  asked({ request: 'request-9' }),
  granted({ request: 'request-9' }),
  entry(
    'hearing',
    'ReminderSent',
    {
      request: 'request-9',
      permit: 'permit of request-9',
      document: 'complaint',
      to: 'respondent',
      silenceDueAt: '2024-04-09T21:59:59.999Z',
    },
    { at: '2024-03-10T09:06:00.000Z' },
  ),
]
export const silence = (at = '2024-04-10T09:00:00.000Z', party = 'respondent') =>
  entry('hearing', 'SilenceRecorded', { party }, { at })
export const statement = (author: 'melder' | 'respondent', document: string, round: number) =>
  entry('hearing', 'StatementReceived', { author, document, round }, content(`text of ${document}`))
export const findings = entry(
  'hearing',
  'FindingsMade',
  { document: 'findings' },
  content('text of findings'),
)
export const answerTo = (to: 'melder'): Partial<Sending> => ({
  request: 'request-2',
  document: 'answer',
  act: 'serve-answer',
  digest: 'text of answer',
  to,
})
/** Everything that stands before a complaint may go. */
export const ready = [known, lifted, prepared, permitted()]
