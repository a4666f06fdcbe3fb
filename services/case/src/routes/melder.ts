/** What the melder does by code: see who helps them and what waits for their word, permit, say no, and withdraw. */
import { endOfDay } from '@wederhoor/calendar/instants'
import { desk as deskOf } from '@wederhoor/contracts/desks'
import { derivedId } from '@wederhoor/decider/derived-id'
import { codeHolder } from '@wederhoor/http/code-holder'
import { codeProblem } from '@wederhoor/http/code-problem'
import type { Request, Server } from '@wederhoor/http/request'
import { withCode } from '@wederhoor/identity/access'
import type { CodeThrottle } from '@wederhoor/identity/throttle'
import { melderRole } from '../domain/case/access.ts'
import { waitingFor } from '../domain/case/permission.ts'
import { mayReach } from '../domain/case/permit.ts'
import type { ExistingCase, Permission } from '../domain/case/state.ts'
import type { PermissionId } from '../domain/events.ts'
import { scopeOf } from './permissions.ts'
import { refusal } from './refusals.ts'
import type { CaseRooms } from './rooms.ts'
import * as schema from './schemas.ts'

const config = { access: withCode() }

export type MelderHolder = ReturnType<typeof melderHolder>

/** Whose code a request brings, and their case. */
export function melderHolder(rooms: CaseRooms, throttle: CodeThrottle) {
  const holderOf = codeHolder(throttle, async (digest) => {
    const dossier = await rooms.views.byCode(digest)
    return dossier === undefined ? undefined : { expired: false, holder: { dossier, digest } }
  })

  return async (request: Request) => {
    const { dossier, digest } = await holderOf(request)
    const state = await rooms.existing(dossier)
    // The view finds the case; whose code it is, the stream says.
    if (state.codeDigest !== digest) throw codeProblem({ kind: 'unknown' })
    if (state.melderErased) throw refusal({ reason: 'melder-erased' })
    return { dossier, state, as: { role: melderRole, party: state.melder } }
  }
}

export function melderRoutes(app: Server, rooms: CaseRooms, holder: MelderHolder): void {
  app.get(
    '/v1/my-case',
    {
      config,
      schema: {
        summary: 'Who helps you, and what waits for your permission',
        description:
          'There is a case from the acceptance by a desk; before that the code is known to intake alone, and asking here counts as a wrong attempt.',
        response: { 200: schema.mine },
      },
    },
    async (request) => {
      const { dossier, state } = await holder(request)
      return seenBy(state, await rooms.now(), dossier)
    },
  )

  app.post(
    '/v1/my-case/permissions',
    {
      config,
      schema: {
        summary: 'Permit one act towards one receiver, with exactly this text',
        body: schema.ownPermission,
        response: { 201: schema.mine },
      },
    },
    async (request, reply) => {
      const { dossier, as } = await holder(request)
      const { context } = await rooms.moment(request, dossier, 'give-permission', as)
      const { until, ...facts } = request.body
      const after = await rooms.handle(dossier, {
        type: 'GivePermission',
        context,
        permission: derivedId(context.id, 'permission') as PermissionId,
        ...facts,
        validUntil: until === undefined ? undefined : endOfDay(until),
        how: 'by-code',
      })
      return reply.code(201).send(seenBy(after, context.at, dossier))
    },
  )

  app.post(
    '/v1/my-case/permissions/refusal',
    {
      config,
      schema: {
        summary: 'Say no to a text; nobody asks for a reason',
        body: schema.permissionDeclined,
        response: { 200: schema.mine },
      },
    },
    async (request) => {
      const { dossier, as } = await holder(request)
      const { context } = await rooms.moment(request, dossier, 'decline-permission', as)
      const after = await rooms.handle(dossier, {
        type: 'DeclinePermission',
        context,
        ...request.body,
      })
      return seenBy(after, context.at, dossier)
    },
  )

  app.post(
    '/v1/my-case/permissions/withdrawal',
    {
      config,
      schema: {
        summary: 'Withdraw; what was not dispatched stays here. Also after closing',
        body: schema.withdrawal,
        response: { 200: schema.mine },
      },
    },
    async (request) => {
      const { dossier, as } = await holder(request)
      const { context } = await rooms.moment(request, dossier, 'withdraw-permission', as)
      const scope = scopeOf(request.body)
      const after = await rooms.handle(dossier, { type: 'WithdrawPermission', context, scope })
      return seenBy(after, context.at, dossier)
    },
  )
}

/** Staff are shown as a role at a desk: who they are, they tell the melder themselves. */
function seenBy(state: ExistingCase, at: string, dossier: string) {
  const { status, desk, successor, melderDecides, anonymity, melder } = state
  return {
    dossier,
    status,
    contactPerson: {
      role: successor === undefined ? ('contact-person' as const) : ('stand-in' as const),
      desk: deskOf(desk)?.name ?? desk,
    },
    anonymity,
    decides: melderDecides,
    outgoingToYou: mayReach(melder, state) ? ('allowed' as const) : ('none' as const),
    waiting: waitingFor(state, at),
    permissions: state.permissions.map((one) => seenPermission(one, at)),
    declined: state.declined,
    files: state.files
      .filter((one) => one.party === melder)
      .map(({ file, kind, metadata, at: addedAt }) => ({ file, kind, metadata, addedAt })),
  }
}

function seenPermission({ validUntil, standing, ...text }: Permission, at: string) {
  const isOver = standing === 'live' && validUntil !== undefined && validUntil < at
  return {
    ...text,
    validUntil: validUntil ?? null,
    standing: isOver ? ('ended' as const) : standing,
  }
}
