/** Answers for a person to read. */
import type { Verdict } from './bundle/verdict.ts'
import type { Exported } from './cli-export.ts'
import type { Replay } from './replay.ts'
import { dutchStep } from './step-names.ts'
import type { TimelineLine } from './timeline.ts'

export function printTimeline(dossier: string, lines: readonly TimelineLine[]): string {
  const rows = lines.map((line) => [
    line.position,
    line.recordedAt,
    line.occurredAt === line.recordedAt ? '' : line.occurredAt,
    `${line.stream.slice(0, line.stream.indexOf('-') + 9)} ${line.revision}`,
    line.type,
    dutchStep(line.type) ?? '',
    line.actor.desk === null ? line.actor.role : `${line.actor.role}, ${line.actor.desk}`,
    line.power.code,
  ])
  const heads = ['position', 'recorded', 'occurred', 'stream', 'type', 'step', 'by', 'power']
  return `Dossier ${dossier}: ${lines.length} entries, in ledger order\n\n${table(heads, rows)}`
}

export function printReplay({ dossier, asOf, state, stateSha256, reducer }: Replay): string {
  const streams = Object.entries(state.streams)
  const clocks = streams
    .flatMap(([stream, { clocks }]) =>
      Object.entries(clocks).map(([kind, { dueAt }]) => [dueAt, kind, stream]),
    )
    .sort()
  const { holder } = state
  const facts = [
    ['recorded until', asOf.recordedUntil ?? 'the end of the ledger'],
    ['occurred until', asOf.occurredUntil ?? 'not limited'],
    ['entries', `${state.entries}`],
    ['first, last recorded', `${state.firstRecordedAt ?? '-'}, ${state.lastRecordedAt ?? '-'}`],
    ['held by', holder === null ? 'nobody' : `${holder.office} since ${holder.since}`],
    ['contact person', holder?.person ?? '-'],
    ['open', state.open ? 'yes' : 'no'],
  ]
  return [
    `Dossier ${dossier}, replayed`,
    '',
    table([], facts),
    table(
      ['stream', 'revision', 'held by', 'open', 'last'],
      streams.map(([stream, one]) => [
        stream,
        `${one.revision}`,
        one.holder?.office ?? '-',
        one.open ? 'yes' : 'no',
        one.lastTypes.map((type) => dutchStep(type) ?? type).join(', '),
      ]),
    ),
    clocks.length === 0 ? 'No term runs.\n' : table(['due', 'term', 'stream'], clocks),
    table(
      ['type', 'step', 'times'],
      Object.entries(state.types).map(([type, times]) => [type, dutchStep(type) ?? '', `${times}`]),
    ),
    table(
      [],
      [
        ['state sha256', stateSha256],
        ['reducer sha256', reducer.sha256],
        ...reducer.files.map(({ file, sha256 }) => [`  ${file}`, sha256]),
      ],
    ),
  ].join('\n')
}

/** @param origin whose log it is: what the keys that are trusted signed for. */
export function printVerdict(verdict: Verdict, origin?: string): string {
  if (!verdict.ok) {
    const { position, leafIndex, reason } = verdict
    const place = position === null ? '' : ` at position ${position} (leaf ${leafIndex})`
    return `DOES NOT VERIFY${place}: ${reason}\n`
  }
  const { trust, size, root, independentWitnesses, checked } = verdict
  const rows = [
    ...(origin === undefined ? [] : [['origin', origin]]),
    ['size of the ledger', `${size}`],
    ['root', root],
    ['entries', `${checked.entries}`],
    ['disclosures', `${checked.disclosures}`],
    ['hearings', `${checked.hearings}`],
    ['keys', trust === 'given' ? 'given by you' : 'its own: nobody vouches for them'],
    [
      'independent witnesses',
      independentWitnesses === 0
        ? '0: only the operator says that others see the same ledger'
        : `${independentWitnesses}`,
    ],
  ]
  return `Verifies.\n\n${table([], rows)}`
}

export function printExport({ out, size, entries, contents }: Exported): string {
  const rows = [
    ['written', out],
    ['size of the ledger', `${size}`],
    ['entries', `${entries}`],
  ]
  if (contents !== undefined) {
    const { hearings, disclosures, erased, lost } = contents
    rows.push(['hearings', `${hearings}`], ['texts', `${disclosures}`])
    if (erased > 0) rows.push(['erased texts', `${erased}`])
    if (lost > 0) rows.push(['lost texts', `${lost}: their key is gone, and nobody erased it`])
  }
  return `${table([], rows)}\nCheck it with keys from elsewhere: npm run audit -- verify ${out} --trust <file>\n`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = heads.length === 0 ? rows : [heads, ...rows]
  const widths = (lines[0] ?? []).map((_none, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
