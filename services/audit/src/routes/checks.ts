/**
 * The periodic check: somebody from outside the house verifies a bundle with any verifier and signs the outcome with a key
 * of their own. What they checked must be what this log says; if it never said so, that is an incident.
 */
import assert from 'node:assert/strict'
import { dueAt } from '@wederhoor/calendar/instants'
import { termOf } from '@wederhoor/contracts/policy-settings'
import { rulingFor } from '@wederhoor/contracts/ruling'
import { type Position, START } from '@wederhoor/event-store/port'
import { denied, inputProblem, problem } from '@wederhoor/http/problem'
import type { Request, Server } from '@wederhoor/http/request'
import { roles } from '@wederhoor/identity/access'
import { decodeEntry } from '@wederhoor/ledger/entry'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import {
  NoteError,
  openNote,
  signaturesOf,
  verifierOf,
  vkeyOf,
} from '@wederhoor/ledger/signed-note'
import { type CheckOutcome, formatCheck, parseCheck } from '../check-note.ts'
import { rootAt } from '../checkpoints.ts'
import {
  type EvidenceEventOf,
  type NoteSignatureText,
  type Origin,
  origin as originForm,
  type PublicKey,
} from '../domain/evidence-events.ts'
import { asTree } from '../open-epoch.ts'
import { type AuditedLog, type EvidenceRooms, logNames } from './rooms.ts'
import * as schema from './schemas.ts'

const officerRole = 'inspector'
const checking = { access: roles(officerRole) }
const seeing = { access: roles('auditor', officerRole, 'national-coordinator', 'privacy-officer') }

export function checkRoutes(app: Server, rooms: EvidenceRooms): void {
  const { logs, parts } = rooms

  app.get(
    '/v1/ledger-checks',
    {
      config: seeing,
      schema: {
        summary: 'Signed outcomes of checks by officers, and when the next is due',
        response: { 200: schema.checks },
      },
    },
    async () => ({ logs: await Promise.all(logNames.map((name) => standing(logs[name]))) }),
  )

  app.post(
    '/v1/ledger-checks',
    {
      config: checking,
      schema: {
        summary: 'Hand in the signed outcome of a check, as an officer who has no other role here',
        body: schema.check,
        response: { 201: schema.recordedCheck },
      },
    },
    async (request, reply) => {
      requireIndependent(request)
      const { note, vkey } = request.body
      const { check, key, keyName, signature } = signedCheck(note, vkey)
      const found = await logOf(check.origin)
      if (found === undefined)
        throw problem(409, { code: 'another-log', detail: 'That checkpoint is of another log.' })
      const { log, epoch } = found
      const context = await rooms.moment(request, log, 'check-ledger')
      const about = { log: log.evidence.origin as Origin, size: check.size }
      const root = await rootAt(log.evidence.tiles, epoch, check.size)
      if (root === undefined || Buffer.compare(root, check.root) !== 0) {
        const failure = { reason: 'never-signed-here', detectedBy: 'check-received' } as const
        const command = { type: 'RecordFailure', context, ...about, position: undefined } as const
        await rooms.handle(log, { ...command, ...failure })
        throw problem(409, {
          code: 'never-signed-here',
          detail:
            'This log never had that root at that size: somebody was shown another one. It is recorded as an incident. Keep the bundle.',
        })
      }
      const { outcome, position, checkedAt } = check
      const state = await rooms.handle(log, {
        type: 'RecordCheck',
        context,
        log: about.log,
        ...asTree(check),
        outcome,
        position,
        writtenAt: (await writtenAt(log, check.size)) as typeof context.at | undefined,
        checkedAt: checkedAt as typeof context.at,
        key,
        keyName,
        signature,
      })
      const recorded = state.checks.find((one) => one.signature === signature)
      assert(recorded, 'a check that was recorded stands')
      return reply.code(201).send(seen(log, recorded))
    },
  )

  async function logOf(origin: string) {
    for (const name of logNames) {
      const epochs = await rooms.origins(logs[name])
      const epoch = epochs.find((one) => one.origin === origin)
      if (epoch !== undefined) return { log: logs[name], epoch: epoch.number }
    }
    return undefined
  }

  async function standing(log: AuditedLog) {
    const { checks } = await rooms.state(log)
    const [first] = await log.evidence.store.readAll(START, 1)
    const last = checks.findLast(({ outcome, size }) => outcome === 'verified' && size > 0)
    const since =
      last?.at ?? (first === undefined ? undefined : decodeEntry(first.bytes).recordedAt)
    const now = await parts.clock.now()
    const { ledgerCheckEvery } = rulingFor('check-ledger', now).settings.evidence
    const nextDueAt = since === undefined ? null : dueAt(since, termOf(ledgerCheckEvery))
    return {
      log: log.name,
      nextDueAt,
      overdue: nextDueAt !== null && now > nextDueAt,
      checks: checks.map((check) => seen(log, check)),
    }
  }
}

/** In simulated time the officer's clock says nothing about that of the log. */
async function writtenAt({ evidence: { store, origin } }: AuditedLog, size: number) {
  if (size === 0 || /\/simulated(\/access)?$/.test(origin)) return undefined
  const [last] = await store.readAll(size === 1 ? START : (String(size - 1) as Position), 1)
  return last && decodeEntry(last.bytes).recordedAt
}

/** Who does anything else in the house does not check it. */
function requireIndependent({ actor }: Request): void {
  if (actor.roles.length === 1 && actor.desk === null && actor.organisation === null) return
  throw denied('not-independent', 'Whoever has another role here does not check the ledgers.')
}

/** @throws Problem 400: not signed by that key, or no outcome of a check. */
function signedCheck(note: string, vkey: string) {
  try {
    const verifier = verifierOf(vkey)
    if (verifier.kind !== 'ed25519' || !originForm.safeParse(verifier.name).success)
      throw wrong('/body/vkey', 'An Ed25519 key (type 0x01) with an address as its name is needed.')
    const { text } = openNote(note, [verifier])
    const check = parseCheck(text)
    if (check === undefined) throw wrong('/body/note', 'This is no outcome of a check.')
    const prefix = `— ${verifier.name} `
    const lines = signaturesOf(note).filter((line) => line.startsWith(prefix))
    const mine = lines.find((line) => isBy(line.slice(prefix.length), verifier.keyId))
    return {
      check,
      keyName: verifier.name as Origin,
      key: keyIn(vkey),
      signature: (mine?.slice(prefix.length) ?? '') as NoteSignatureText,
    }
  } catch (error) {
    if (error instanceof LedgerFormatError) throw wrong('/body/vkey', 'This is no vkey.')
    if (error instanceof NoteError)
      throw wrong('/body/note', 'This is not a note that the key signed.')
    throw error
  }
}

const isBy = (signature: string, keyId: string): boolean =>
  Buffer.from(signature, 'base64').subarray(0, 4).toString('hex') === keyId

/** The base64 of the public key without the byte that tells its kind; it may hold a plus itself. */
function keyIn(vkey: string): PublicKey {
  const encoded = vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1) + 1)
  return Buffer.from(encoded, 'base64').subarray(1).toString('base64') as PublicKey
}

const wrong = (path: string, message: string) =>
  inputProblem([{ path, code: 'not-signed', message }])

/** With the note put together again from what is recorded: it verifies under the vkey. */
function seen({ name }: AuditedLog, event: EvidenceEventOf<'LedgerChecked'>) {
  const { origin, size, root, outcome, position, checkedAt, keyName, key, signature, at } = event
  const check: CheckOutcome = {
    ...{ origin, size, outcome, position, checkedAt },
    root: Buffer.from(root, 'base64'),
  }
  return {
    ...{ log: name, origin, size, root, outcome, position: position ?? null, checkedAt },
    recordedAt: at,
    vkey: vkeyOf(keyName, Buffer.from(key, 'base64')),
    note: `${formatCheck(check)}\n— ${keyName} ${signature}\n`,
  }
}
