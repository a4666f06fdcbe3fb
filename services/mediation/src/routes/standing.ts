/** How a hearing stands, as an answer: codes and digests, no content. */
import type { Dues } from '../domain/events.ts'
import { actFor } from '../domain/hearing/gate.ts'
import {
  closingNoticeOwed,
  type ExistingHearing,
  type PermitRequest,
  type Voice,
} from '../domain/hearing/state.ts'
import { isRunning } from '../domain/hearing/terms.ts'

export function standingOf(dossier: string, state: ExistingHearing) {
  const { hearing, kind, status, withdrawn, anonymity, parties, voices } = state
  return {
    hearing,
    dossier,
    kind,
    status,
    end: state.status === 'ended' ? state.end : null,
    withdrawn,
    closingNoticeOwed: closingNoticeOwed(state),
    anonymity,
    respondent: parties.respondent,
    organisation: state.organisation ?? null,
    documents: Object.values(state.documents).map((one) => ({
      document: one.id,
      kind: one.kind,
      author: one.author,
      digest: one.digest,
      act: actFor(one),
      melder: one.for.melder.is,
      respondent: one.for.respondent.is,
    })),
    requests: Object.values(state.requests).map(requestOf),
    voices: { melder: voiceOf(voices.melder), respondent: voiceOf(voices.respondent) },
  }
}

const requestOf = ({ id, purpose, document, to, act, stage, cooperation }: PermitRequest) => ({
  request: id,
  purpose,
  document,
  to,
  act,
  stage: stage.is,
  validUntil: stage.is === 'granted' ? stage.validUntil : null,
  cooperation: cooperation ?? null,
})

const voiceOf = (voice: Voice) => ({ is: voice.is, dues: duesOf(voice) })

/** Of a term that runs; silence has none any more. */
export const duesOf = (voice: Voice): Dues | null => (isRunning(voice) ? voice.dues : null)
