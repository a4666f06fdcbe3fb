/** What somebody typed after `npm run audit --`, understood or refused with a reason. */
import { parseArgs } from 'node:util'
import type { AsOf } from './as-of.ts'
import { instantIn } from './instants.ts'

export const help = `npm run audit -- replay --dossier <id> [--recorded-until T] [--occurred-until T]
npm run audit -- timeline --dossier <id>
  --recorded-until T   only the longest prefix of the ledger in which nothing was recorded after T
  --occurred-until T   of that, only what is claimed to have occurred by T
  --json               print one JSON object as the last line
  --database-url URL   another database than that of this clone
  --data-directory D   where the data of the embedded database are; left out: .wederhoor/data in this clone
T is a moment with its zone: 2024-03-01T09:00:00Z, or 2024-03-01T10:00:00+01:00.
`

export type CliRequest =
  | {
      readonly kind: 'replay' | 'timeline'
      readonly dossier: string
      readonly asOf: AsOf
      readonly json: boolean
      readonly databaseUrl: string | undefined
      readonly dataDirectory: string | undefined
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string; readonly json: boolean }

export function cliRequest(argv: readonly string[]): CliRequest {
  const json = argv.includes('--json')
  const refused = (message: string): CliRequest => ({ kind: 'refused', message, json })
  const parsed = parse(argv)
  if (parsed instanceof Error) return refused(parsed.message)
  const { values, positionals } = parsed
  const [kind, ...more] = positionals
  if (values.help || kind === 'help') return { kind: 'help' }
  if (kind === undefined) return refused('Say what to do: replay or timeline.')
  if (kind !== 'replay' && kind !== 'timeline')
    return refused(`'${kind}' is neither replay nor timeline.`)
  if (more.length > 0) return refused(`'${more[0]}' has no meaning here.`)
  if (values.dossier === undefined) return refused('Say which dossier: --dossier <id>.')
  const dossier = values.dossier.toLowerCase()
  if (!UUID.test(dossier))
    return refused(`'${values.dossier}' is not the id of a dossier: it has the form of a UUID.`)
  const asOf = { recordedUntil: null as string | null, occurredUntil: null as string | null }
  for (const [option, clock] of clocks) {
    const written = values[option]
    if (written === undefined) continue
    if (kind === 'timeline') return refused(`--${option} belongs to replay.`)
    const instant = instantIn(written)
    if (instant === undefined)
      return refused(
        `--${option} '${written}' is not a moment with its zone, such as 2024-03-01T09:00:00Z.`,
      )
    asOf[clock] = instant
  }
  const databaseUrl = values['database-url']
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    return refused('--database-url is an address that begins with postgres://.')
  return { kind, dossier, asOf, json, databaseUrl, dataDirectory: values['data-directory'] }
}

const clocks = [
  ['recorded-until', 'recordedUntil'],
  ['occurred-until', 'occurredUntil'],
] as const

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        dossier: { type: 'string' },
        'recorded-until': { type: 'string' },
        'occurred-until': { type: 'string' },
        json: { type: 'boolean', default: false },
        'database-url': { type: 'string' },
        'data-directory': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    // Node's own sentence names the option; what follows its first full stop is advice on dashes.
    if (error instanceof TypeError) return new Error(error.message.split('. ')[0] ?? error.message)
    throw error
  }
}
