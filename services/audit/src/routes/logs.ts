/**
 * Where a log stands, and what people decide about it: a new epoch after an incident, an exchange of its key. Both take
 * two persons, and both work while the log is halted and the service is not ready.
 */
import { problem } from '@wederhoor/http/problem'
import type { Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import { checkpointIn } from '../checkpoints.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { EvidenceEventOf, PublicKey } from '../domain/evidence-events.ts'
import { proposalName } from '../domain/proposal-name.ts'
import { logAddress } from '../log-routes.ts'
import { asTree, openEpoch, proposedEpoch } from '../open-epoch.ts'
import { epochFailure } from './refusals.ts'
import type { AuditedLog, EvidenceRooms } from './rooms.ts'
import * as schema from './schemas.ts'

/** They handle no dossier; whoever only audits decides nothing. */
const deciding = { access: roles('national-coordinator', 'privacy-officer') }
const seeing = { access: roles('auditor', 'national-coordinator', 'privacy-officer', 'inspector') }
const response = { 200: schema.logStanding }

export function logActRoutes(app: Server, rooms: EvidenceRooms): void {
  const { logs, parts } = rooms

  app.get(
    '/v1/logs/:log',
    {
      config: seeing,
      schema: {
        summary: 'Where a log stands: halted or not, its epoch, its keys, its incidents',
        params: schema.logParams,
        response,
      },
    },
    async ({ params }) => seen(logs[params.log]),
  )

  app.post(
    '/v1/logs/:log/epochs',
    {
      config: deciding,
      schema: {
        summary: 'Propose a new epoch of a halted log; somebody else confirms it',
        params: schema.logParams,
        body: schema.proposal,
        response,
      },
    },
    async (request) => {
      const log = logs[request.params.log]
      if ((await log.evidence.store.halted()) === undefined) throw notHalted()
      const context = await rooms.moment(request, log, 'begin-epoch')
      const facts = await proposedEpoch(rooms, log, request.body.lastWitnessed).catch(failed)
      const { incident } = request.body
      await rooms.handle(log, { type: 'ProposeEpoch', context, incident, ...facts })
      return seen(log)
    },
  )

  app.post(
    '/v1/logs/:log/epochs/:number/confirmation',
    {
      config: deciding,
      schema: {
        summary: 'Confirm a proposed epoch as the second person: it begins, and appends resume',
        description: 'Repeat it after a failure: it goes on from where it stopped.',
        params: schema.epochParams,
        body: schema.confirmation,
        response,
      },
    },
    async (request) => {
      const { number } = request.params
      const { proposal } = request.body
      const log = logs[request.params.log]
      const context = await rooms.moment(request, log, 'begin-epoch')
      const state = await rooms.handle(log, { type: 'ConfirmEpoch', context, number, proposal })
      const isDone =
        state.begun?.number === number && (await log.evidence.store.halted()) === undefined
      if (!isDone) await openEpoch(rooms, log, { number, proposal, context, state }).catch(failed)
      return seen(log)
    },
  )

  app.post(
    '/v1/logs/:log/key-rotation',
    {
      config: deciding,
      schema: {
        summary: 'Propose to begin or to end an exchange of the key that signs for a log',
        params: schema.logParams,
        body: schema.rotation,
        response,
      },
    },
    async (request) => {
      const log = logs[request.params.log]
      const context = await rooms.moment(request, log, 'rotate-log-key')
      const { step } = request.body
      const about = { log: log.evidence.origin as never, newest: await newest(log) }
      const keys = (await signers(log)).length
      await rooms.handle(log, { type: 'ProposeRotation', context, step, keys, ...about })
      return seen(log)
    },
  )

  app.post(
    '/v1/logs/:log/key-rotation/confirmation',
    {
      config: deciding,
      schema: {
        summary:
          'Confirm it as the second person: the new key signs too, or the old ones are destroyed',
        params: schema.logParams,
        body: schema.rotationConfirmation,
        response,
      },
    },
    async (request) => {
      const log = logs[request.params.log]
      const context = await rooms.moment(request, log, 'rotate-log-key')
      const about = { context, ...request.body }
      const state = await rooms.handle(log, { type: 'ConfirmRotation', ...about })
      await exchange(log, state)
      await rooms.handle(log, { type: 'NoteRotated', ...about, newest: await newest(log) })
      return seen(log)
    },
  )

  /** Repeated after a crash, or confirmed twice at once, it makes no third key: the proposal says which was the newest. */
  async function exchange(log: AuditedLog, { rotation }: Evidence): Promise<void> {
    if (rotation?.step === 'end') await parts.signingKeys.dropOld(log.key)
    if (rotation?.step === 'begin')
      await parts.signingKeys.rotate(log.key, Buffer.from(rotation.newest, 'base64'))
  }

  /** A key that was never used is made here: an exchange needs one to begin from. */
  async function newest(log: AuditedLog): Promise<PublicKey> {
    const [key] = await parts.signingKeys.publicKeys(log.key)
    return Buffer.from(key ?? []).toString('base64') as PublicKey
  }

  async function signers(log: AuditedLog) {
    const current = (await rooms.origins(log)).at(-1)
    return parts.signingKeys.signers(log.key, current?.origin ?? log.evidence.origin)
  }

  async function seen(log: AuditedLog) {
    const { tiles, store, origin } = log.evidence
    const state = await rooms.state(log)
    const current = (await rooms.origins(log)).at(-1)
    const note = await tiles.readCheckpoint('integrated')
    return {
      log: origin,
      halted: (await store.halted()) ?? null,
      epoch: current?.number ?? 1,
      origin: current?.origin ?? origin,
      address: logAddress(log.name, current?.number ?? 1),
      checkpoint: note === undefined ? null : asTree(checkpointIn(note)),
      proposed:
        state.epoch === undefined
          ? null
          : { proposal: proposalName(state.epoch), ...epochSeen(state.epoch) },
      begun:
        state.begun === undefined
          ? null
          : { ...epochSeen(state.begun), survived: state.begun.survived },
      keys: (await signers(log)).map(({ vkey }) => vkey),
      rotation:
        state.rotation === undefined
          ? null
          : {
              proposal: proposalName(state.rotation),
              ...{ step: state.rotation.step, at: state.rotation.at },
            },
      incidents: state.failures.map(({ size, position, reason, detectedBy, at }) => ({
        ...{ size, position: position ?? null, reason, detectedBy, at },
      })),
    }
  }
}

function epochSeen(event: EvidenceEventOf<'EpochProposed'> | EvidenceEventOf<'EpochBegun'>) {
  const { number, incident, witnessed, guarded, at } = event
  return { number, incident, witnessed: witnessed ?? null, guarded: guarded ?? null, at }
}

function failed(error: unknown): never {
  throw epochFailure(error)
}

const notHalted = () =>
  problem(409, {
    code: 'not-halted',
    detail: 'This log is signed for and not halted: there is nothing to begin anew.',
  })
