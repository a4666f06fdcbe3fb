/** `audit replay` and `audit timeline`: read, open nothing. */
import { postgresStore } from '@wederhoor/event-store/postgres'
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { postgresDossierIndex } from '@wederhoor/ledger/dossier-index'
import { CASE_HISTORY } from '@wederhoor/runtime/migrate-all'
import type { HistoryRequest } from './cli-arguments.ts'
import { Refused } from './cli-failure.ts'
import { withDatabase } from './cli-instance.ts'
import { printReplay, printTimeline } from './print.ts'
import { replayDossier } from './replay.ts'
import { timelineOf } from './timeline.ts'

/** What is printed. @throws what `explained` knows. */
export const historyAnswer = (request: HistoryRequest): Promise<string> =>
  withDatabase(request, async ({ pool }) => {
    const { dossier, asOf, json } = request
    const index = postgresDossierIndex({ pool, ledgerName: CASE_HISTORY })
    const store = postgresStore({ pool, ledgerName: CASE_HISTORY, notify: false })
    try {
      const missing = () => new Refused(`No entry of the ledger belongs to dossier ${dossier}.`)
      if (request.kind === 'timeline') {
        const lines = await timelineOf({ index }, dossier)
        if (lines === undefined) throw missing()
        return json ? canonicalJson({ ok: true, dossier, lines }) : printTimeline(dossier, lines)
      }
      const replay = await replayDossier({ index, store }, dossier, asOf)
      if (replay === undefined) throw missing()
      return json ? canonicalJson({ ok: true, ...replay }) : printReplay(replay)
    } finally {
      await store.close()
    }
  })
