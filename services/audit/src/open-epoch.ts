/** A new epoch of a halted log: what its proposal says, and carrying it out so that it can be taken up again. */
import type { CommandContext } from '@wederhoor/decider/decider'
import { derivedId } from '@wederhoor/decider/derived-id'
import { EpochError } from '@wederhoor/ledger/epoch'
import { LedgerFormatError } from '@wederhoor/ledger/ledger-format-error'
import { NoteError, signaturesOf } from '@wederhoor/ledger/signed-note'
import { epochOrigin } from '@wederhoor/ledger/tile-storage'
import { openOurs } from './checkpoints.ts'
import type { Evidence } from './domain/evidence.ts'
import type { BeginEpoch, ProposeEpoch } from './domain/evidence-commands.ts'
import type { EvidenceEventOf, Hash, NoteSignatureText, Origin } from './domain/evidence-events.ts'
import type { AuditedLog, EvidenceRooms } from './routes/rooms.ts'

type Witnessed = EvidenceEventOf<'EpochProposed'>['witnessed']
type Guarded = EvidenceEventOf<'EpochProposed'>['guarded']

interface Tree {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

export const asTree = ({ origin, size, root }: Tree) => ({
  origin: origin as Origin,
  size,
  root: Buffer.from(root).toString('base64') as Hash,
})

/** @throws EpochError not-our-checkpoint; GuardError. */
export async function proposedEpoch(
  { parts, origins }: EvidenceRooms,
  log: AuditedLog,
  lastWitnessed: string | null,
): Promise<Pick<ProposeEpoch, 'log' | 'number' | 'witnessed' | 'guarded'>> {
  const { tiles, guard, origin } = log.evidence
  const guarded = await guard.read()
  const kept = (await tiles.readEpoch())?.number ?? 1
  const number = Math.max(kept, guarded?.epoch ?? 1) + 1
  const known = [
    ...(await origins(log)).map((one) => one.origin),
    ...Array.from({ length: number - 1 }, (_, at) => epochOrigin(origin, at + 1)),
  ]
  const keys = await parts.signingKeys.publicKeys(log.key)
  return {
    log: origin as Origin,
    number,
    witnessed:
      lastWitnessed === null ? undefined : witnessedIn(lastWitnessed, [...new Set(known)], keys),
    guarded: guarded === undefined ? undefined : { epoch: guarded.epoch, ...asTree(guarded) },
  }
}

function witnessedIn(
  note: string,
  origins: readonly string[],
  keys: readonly Uint8Array[],
): Witnessed {
  try {
    const tree = asTree(openOurs(note, origins, keys))
    return { ...tree, signatures: signaturesOf(note).slice(0, SIGNATURES_MAX).map(signatureIn) }
  } catch (cause) {
    if (!(cause instanceof NoteError) && !(cause instanceof LedgerFormatError)) throw cause
    throw new EpochError('not-our-checkpoint', 'this log never signed it', { cause })
  }
}

const SIGNATURES_MAX = 16

function signatureIn(line: string) {
  const [, name = '', signature = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
  return { name: name as Origin, signature: signature as NoteSignatureText }
}

/** The note that the pieces were taken from. */
export function noteOf(witnessed: NonNullable<Witnessed>): string {
  const { origin, size, root, signatures } = witnessed
  const lines = signatures.map(({ name, signature }) => `— ${name} ${signature}\n`)
  return `${origin}\n${size}\n${root}\n\n${lines.join('')}`
}

/**
 * Carried out, or carried on: until appends resume every step is repeatable, and a repeat by somebody else does not change
 * who decided.
 * @throws EpochError, GuardError, SigningRefused, and what stores throw.
 */
export async function openEpoch(
  { handle, parts }: EvidenceRooms,
  log: AuditedLog,
  of: {
    readonly number: number
    readonly proposal: string
    readonly context: CommandContext
    readonly state: Evidence
  },
): Promise<void> {
  const { number, proposal, context, state } = of
  const earlier = state.begun?.number === number ? state.begun : undefined
  const proposed = state.epoch?.number === number ? state.epoch : undefined
  const proposedBy = earlier?.proposedBy ?? proposed?.by ?? ''
  const decidedBy = earlier?.decidedBy ?? context.actor.pseudonym
  const witnessed = earlier?.witnessed ?? proposed?.witnessed
  const lastWitnessed = witnessed === undefined ? null : noteOf(witnessed)
  const survived = Number(await log.evidence.store.head())
  await log.integrator.openEpoch(
    { number, decidedBy: [proposedBy, decidedBy], lastWitnessed },
    async (begun) => {
      const guarded: Guarded =
        begun.guarded === undefined || begun.guarded.epoch >= number
          ? undefined
          : { epoch: begun.guarded.epoch, ...asTree(begun.guarded) }
      const command: BeginEpoch = {
        type: 'BeginEpoch',
        // From the epoch alone: after a crash the same entry is recognised, whoever goes on.
        context: { ...context, id: derivedId(epochNamespace, begun.origin) },
        number,
        proposal,
        origin: begun.origin as Origin,
        survived,
        guarded,
        decidedBy: decidedBy as BeginEpoch['decidedBy'],
      }
      await handle(log, command)
    },
  )
  parts.logger.warn({ part: 'audit', object: log.evidence.ledgerName, number }, 'an epoch began')
}

const epochNamespace = 'f1b7c9d3-0a1e-5b58-8a4f-3f8f8d0c2b19'
