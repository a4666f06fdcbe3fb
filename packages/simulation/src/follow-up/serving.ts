/** Out of the house: permission, permit, dispatch, and proof that it arrived; and the one reminder. */
import { days, type Story } from '../timetable.ts'
import { type Body, codeOf, type Tale, Unplanned } from './tale.ts'

export type Side = 'melder' | 'respondent'

/** One hearing of a case. */
export interface HearingAt {
  readonly tale: Tale
  /** Path of the hearing in mediation. */
  readonly at: string
  readonly respondent: string
}

export interface HearingDocument {
  readonly document: string
  readonly kind: string
  readonly digest: string
  readonly act: string
}

const TRIES_MAX = 4
const CONFLICT = 409
const permitGone = ['permit-expired', 'permit-lost']

/** The melder permits exactly this text; the permission's id. */
export async function permit(hearing: HearingAt, document: HearingDocument): Promise<string> {
  const { tale, respondent } = hearing
  const { act, digest } = document
  const given = await tale.does(tale.contactPerson, `p-${document.document}`, {
    service: 'case',
    path: `/cases/${tale.dossier}/permissions`,
    body: { act, receiver: respondent, digest },
  })
  return String(given.body['permission'])
}

export async function withdraw({ tale }: HearingAt, permission: string): Promise<void> {
  await tale.does(tale.contactPerson, `w-${permission}`, {
    service: 'case',
    path: `/cases/${tale.dossier}/permissions/withdrawal`,
    body: { permission },
  })
}

/** Asks for a permit and waits for it. */
export async function* ask(
  hearing: HearingAt,
  document: HearingDocument,
  of: { readonly to: Side; readonly tries: number },
): Story<string> {
  const { tale, at } = hearing
  const asked = await tale.does(tale.contactPerson, `s-${of.to}-${document.document}-${of.tries}`, {
    service: 'mediation',
    path: `${at}/servings`,
    body: { document: document.document, to: of.to },
  })
  yield 0
  return String(asked.body['request'])
}

/** The code in the letter; null for a reminder; undefined when the permit was gone and another has to be asked. */
export async function dispatch(
  { tale, at }: HearingAt,
  request: string,
  isWithdrawn = false,
): Promise<string | null | undefined> {
  const body = { request, channel: 'post' }
  const sent = await tale.does(
    tale.contactPerson,
    `d-${request}`,
    { service: 'mediation', path: `${at}/dispatches`, body },
    [CONFLICT],
  )
  if (sent.status !== CONFLICT) return sent.body['code'] as string | null
  if (isWithdrawn || permitGone.includes(codeOf(sent))) return undefined
  throw new Unplanned('dispatch', sent)
}

/** Serves a document with proof of delivery; the code that its receiver was given, and when it arrived. */
export async function* serve(
  hearing: HearingAt,
  document: HearingDocument,
  of: { readonly to: Side; readonly comesBackFirst?: boolean; readonly opensByCode?: boolean },
): Story<string> {
  const { tale, at } = hearing
  let returns = of.comesBackFirst === true ? 1 : 0
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const request = yield* ask(hearing, document, { to: of.to, tries })
    const code = await dispatch(hearing, request)
    if (typeof code !== 'string') continue
    const now = yield days(2)
    if (returns > 0) {
      returns -= 1
      const body = { request, reason: 'adres-onjuist' }
      const to = { service: 'mediation', path: `${at}/failed-deliveries`, body }
      await tale.does(tale.contactPerson, `b-${request}`, to)
      continue
    }
    if (of.opensByCode === true) {
      const body = { document: document.document }
      const to = { service: 'mediation', path: '/my-hearing/opening', body }
      await tale.does(tale.withCode(code), `o-${request}`, to)
    } else {
      const how = of.to === 'melder' ? 'ontvangst-bevestigd' : 'aangetekend'
      const body = { request, how, deliveredAt: now }
      const to = { service: 'mediation', path: `${at}/deliveries`, body }
      await tale.does(tale.contactPerson, `a-${request}`, to)
    }
    return code
  }
  const body = { code: 'permit-gone', detail: `${TRIES_MAX} times` }
  throw new Unplanned(`serve a ${document.kind}`, { status: CONFLICT, body })
}

/** One reminder, and then silence, which the clock records. @throws Unplanned when it does not. */
export async function* untilSilent(hearing: HearingAt, to: Side, what: string): Story {
  yield days(17)
  yield* remind(hearing, to, what)
  yield days(17)
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const standing = await standingOf(hearing)
    const voices = standing['voices'] as Readonly<Record<Side, { readonly is: string }>>
    // A repeat after a crash may find that somebody has spoken by now.
    if (!['waiting', 'reminder-due', 'reminded'].includes(voices[to].is)) return
    yield days(4)
  }
  throw new Unplanned(`silence of the ${to}`, { status: 200, body: { code: 'still-waiting' } })
}

/** Asked for when it is due: that, too, the clock records. */
async function* remind(hearing: HearingAt, to: Side, what: string): Story {
  const { tale, at } = hearing
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const path = `${at}/reminders`
    const step = `r-${to}-${what}-${tries}`
    const ask = { service: 'mediation', path, body: { to } }
    const asked = await tale.does(tale.contactPerson, step, ask, [CONFLICT])
    if (asked.status === CONFLICT) {
      if (codeOf(asked) !== 'no-reminder-due') throw new Unplanned(step, asked)
      yield days(4)
      continue
    }
    yield 0
    const sent = await dispatch(hearing, String(asked.body['request']))
    if (sent !== undefined) return
  }
  throw new Unplanned(`remind the ${to}`, { status: CONFLICT, body: { code: 'never-due' } })
}

export async function standingOf({ tale, at }: HearingAt): Promise<Body> {
  return tale.reads(tale.contactPerson, 'read the hearing', 'mediation', at)
}

/** The newest document of a kind. */
export function newest(body: Body, kind: string): HearingDocument {
  const documents = body['documents'] as readonly HearingDocument[]
  const found = documents.findLast((one) => one.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} in the hearing`)
  return found
}
