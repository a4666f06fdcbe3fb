/** Builders for tests: commands and histories of a case with fixed ids and instants. */
import type { CommandContext } from '@wederhoor/decider/decider'
import type { Digest, Instant, Sealed, Uuid } from '@wederhoor/vault/fields'
import type {
  CaseEventOf,
  DangerId,
  FileId,
  NoteId,
  PartyId,
  PermissionId,
  PermitId,
  PermitRequestId,
  Pseudonym,
  Receiver,
} from '../events.ts'
import type { CaseCommand } from './commands.ts'

export const at = (text: string): Instant => text as Instant
export const start = at('2024-03-01T09:00:00.000Z')
export const later = at('2024-03-01T09:05:00.000Z')
export const permitEnd = at('2024-03-01T09:15:00.000Z')
export const nextDay = at('2024-03-04T22:59:59.999Z')
export const firstContactDueAt = at('2024-03-08T22:59:59.999Z')
export const termPassed = at('2024-03-11T08:00:00.000Z')

const person = (digit: string): Pseudonym =>
  `${digit.repeat(8)}-0000-4000-8000-000000000001` as Pseudonym
export const anna = person('a')
export const bram = person('b')
export const carla = person('c')
export const lead = person('d')
export const stranger = person('e')

export const melder = '6f1b1f0e-53a1-4d3c-8a8e-0c1f5a3b9d01' as PartyId
export const respondent = '1d9a7d5c-5a27-4d0f-9d7a-7c6f2c5b8e02' as PartyId
export const receiver = (party: string): Receiver => party as Receiver
export const partner = receiver('politie-oost')
export const desk = (name: string): Uuid<'desk'> => name as Uuid<'desk'>
export const reason = (name: string) => name as Uuid<'weigergrond'>
export const outcome = (name: string) => name as Uuid<'uitkomst'>
export const channel = 'telefoon' as Uuid<'kanaal'>

const numbered = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
export const permission = (number: number) => numbered(number) as PermissionId
export const request = (number: number) => numbered(number) as PermitRequestId
export const permit = (number: number) => numbered(1_000 + number) as PermitId
export const danger = (number: number) => numbered(number) as DangerId
export const note = (number: number) => numbered(number) as NoteId
export const file = (number: number) => numbered(number) as FileId

export const digest = (name: string): Digest => name.padEnd(43, '0').slice(0, 43) as Digest
/** A commitment that differs for each name. */
export const sealed = <Content>(name: string): Sealed<Content> => ({ sealed: digest(name) })

interface ContextChange {
  readonly at?: Instant
  readonly by?: Pseudonym
  readonly role?: string
  readonly desk?: string | null
}

export function context(change: ContextChange = {}): CommandContext {
  return {
    id: 'b7c5e0d2-56f0-5c1a-9f7d-8a2b3c4d5e6f',
    at: change.at ?? start,
    occurredAt: change.at ?? start,
    dossier: '9c1d2e3f-4a5b-4c6d-8e7f-901234567890',
    actor: {
      role: change.role ?? 'caseworker',
      desk: change.desk === undefined ? 'desk-a' : change.desk,
      pseudonym: change.by ?? anna,
    },
    power: { code: 'bijstand', version: '1' },
    policy: '2024-01',
    causation: null,
    correlation: null,
    trace: null,
  }
}

export const asLead = (change: ContextChange = {}): CommandContext =>
  context({ by: lead, role: 'team-lead', ...change })
/** By code: the melder acts under the id of the party. */
export const asMelder = (change: ContextChange = {}): CommandContext =>
  context({ by: melder as string as Pseudonym, role: 'melder', desk: null, ...change })
export const asStranger = context({ by: stranger, desk: 'desk-z' })

const facts = {
  desk: desk('desk-a'),
  melder,
  melderKind: 'slachtoffer' as Uuid<'soort-melder'>,
  melderDecides: true,
  contactPerson: anna,
  anonymity: 'known-to-respondent',
  acuteDanger: false,
  firstContactDueAt,
  safeContact: 'none-set',
  codeDigest: digest('code'),
} as const

type Opened = CaseEventOf<'CaseOpened'>
type Of<Type extends CaseCommand['type']> = Extract<CaseCommand, { readonly type: Type }>

export const opened = (change: Partial<Opened> = {}): Opened => ({
  type: 'CaseOpened',
  ...facts,
  at: start,
  ...change,
})

export const open = (change: Partial<Of<'OpenCase'>> = {}): Of<'OpenCase'> => ({
  type: 'OpenCase',
  context: context(),
  ...facts,
  ...change,
})

export const closed: CaseEventOf<'CaseClosed'> = {
  type: 'CaseClosed',
  melder,
  outcome: outcome('opgelost'),
  reasons: sealed('reasons'),
  by: anna,
  at: start,
}

export const close = (change: Partial<Of<'CloseCase'>> = {}): Of<'CloseCase'> => ({
  type: 'CloseCase',
  outcome: outcome('opgelost'),
  reasons: sealed('reasons'),
  context: context(),
  ...change,
})

export const reopen: Of<'ReopenCase'> = {
  type: 'ReopenCase',
  why: 'melder-returned',
  firstContactDueAt: termPassed,
  context: context(),
}

export const reopened: CaseEventOf<'CaseReopened'> = {
  type: 'CaseReopened',
  why: 'melder-returned',
  firstContactDueAt: termPassed,
  by: anna,
  at: start,
}

const complaint = {
  act: 'serve-complaint',
  receiver: receiver(respondent),
  digest: digest('complaint'),
} as const

export const give = (change: Partial<Of<'GivePermission'>> = {}): Of<'GivePermission'> => ({
  type: 'GivePermission',
  permission: permission(1),
  ...complaint,
  how: 'spoken',
  context: context(),
  ...change,
})

export const given = (
  change: Partial<CaseEventOf<'PermissionGiven'>> = {},
): CaseEventOf<'PermissionGiven'> => ({
  type: 'PermissionGiven',
  permission: permission(1),
  ...complaint,
  how: 'spoken',
  by: anna,
  at: start,
  ...change,
})

export const withdraw = (
  scope: Of<'WithdrawPermission'>['scope'] = { kind: 'everything' },
  when = start,
): Of<'WithdrawPermission'> => ({
  type: 'WithdrawPermission',
  scope,
  context: context({ at: when }),
})

export const withdrawn = (
  change: Partial<CaseEventOf<'PermissionWithdrawn'>> = {},
): CaseEventOf<'PermissionWithdrawn'> => ({
  type: 'PermissionWithdrawn',
  permission: permission(1),
  act: complaint.act,
  receiver: complaint.receiver,
  by: anna,
  at: start,
  ...change,
})

export const ask = (change: Partial<Of<'DecidePermit'>> = {}): Of<'DecidePermit'> => ({
  type: 'DecidePermit',
  request: request(1),
  permit: permit(1),
  ...complaint,
  validUntil: permitEnd,
  context: context(),
  ...change,
})

export const granted = (
  change: Partial<CaseEventOf<'PermitGranted'>> = {},
): CaseEventOf<'PermitGranted'> => ({
  type: 'PermitGranted',
  permit: permit(1),
  request: request(1),
  ...complaint,
  permission: permission(1),
  validUntil: permitEnd,
  at: start,
  ...change,
})

export const refused = (
  reason: CaseEventOf<'PermitRefused'>['reason'],
  change: Partial<CaseEventOf<'PermitRefused'>> = {},
): CaseEventOf<'PermitRefused'> => ({
  type: 'PermitRefused',
  request: request(1),
  ...complaint,
  reason,
  at: start,
  ...change,
})

export const cancelled = (
  why: CaseEventOf<'PermitCancelled'>['why'],
  when = start,
): CaseEventOf<'PermitCancelled'> => ({
  type: 'PermitCancelled',
  permit: permit(1),
  request: request(1),
  why,
  at: when,
})

export const reported: CaseEventOf<'AcuteDangerReported'> = {
  type: 'AcuteDangerReported',
  danger: danger(1),
  melder,
  receiver: 'politie',
  ground: sealed('ground'),
  content: sealed('danger'),
  telling: 'told',
  reviewDueAt: nextDay,
  by: anna,
  at: start,
}

export const report: Of<'ReportAcuteDanger'> = {
  type: 'ReportAcuteDanger',
  danger: danger(1),
  receiver: 'politie',
  ground: sealed('ground'),
  content: sealed('danger'),
  telling: 'told',
  reviewDueAt: nextDay,
  context: context(),
}

export const noteOf = (change: Partial<Of<'NoteContact'>> = {}): Of<'NoteContact'> => ({
  type: 'NoteContact',
  note: note(1),
  party: melder,
  direction: 'out',
  channel,
  result: 'reached',
  text: sealed('note'),
  replyDueAt: firstContactDueAt,
  context: context(),
  ...change,
})

export const noted = (
  change: Partial<CaseEventOf<'ContactNoted'>> = {},
): CaseEventOf<'ContactNoted'> => ({
  type: 'ContactNoted',
  note: note(1),
  party: melder,
  direction: 'out',
  channel,
  result: 'reached',
  text: sealed('note'),
  by: anna,
  at: start,
  ...change,
})

export const addFile = (change: Partial<Of<'AddFile'>> = {}): Of<'AddFile'> => ({
  type: 'AddFile',
  file: file(1),
  party: melder,
  kind: 'foto' as Uuid<'soort-bestand'>,
  metadata: 'stripped',
  content: sealed('file'),
  context: context(),
  ...change,
})

export const reached = (deadline: string, dueAt: Instant): Of<'DeadlineReached'> => ({
  type: 'DeadlineReached',
  deadline,
  dueAt,
  context: context({ at: termPassed, role: 'clock', desk: null }),
})
