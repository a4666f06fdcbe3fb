/** What somebody typed after `npm run audit --`, understood or refused with a reason. */
import { parseArgs } from 'node:util'
import type { AsOf } from './as-of.ts'
import type { Receiver } from './bundle/readme.ts'
import { instantIn } from './instants.ts'

export const help = `npm run audit -- verify <bundle folder or .tar> [--trust file] [--since checkpoint]
npm run audit -- verify --ledger [--log case-history|access] [--trust file] [--since checkpoint]
npm run audit -- export --ledger [--log case-history|access] [--since checkpoint] --out <folder or .tar>
npm run audit -- export --dossier <id> --for auditor|melder|wederpartij --out <folder or .tar>
npm run audit -- replay --dossier <id> [--recorded-until T] [--occurred-until T]
npm run audit -- timeline --dossier <id>
npm run audit -- watch [--url <address of a log>] [--log case-history|access] --trust file [--once] [--state file]
npm run audit -- sign-check <bundle of a ledger> --trust file --key <seed file> --name <name of the key> --out <note>
  --trust file         public keys from elsewhere, one vkey a line; left out: those of the bundle itself
  --since file         a checkpoint kept from before: nothing older and nothing that contradicts it
  --hearing <id>       of a party's hearings only this one
  --with-content       for the auditor: with the texts, opened; each opening is logged
  --purpose code       why they are opened, such as toezicht; a party's are opened for inzage
  --once               looks once; left out: goes on until a checkpoint does not hold
  --state file         what was verified last, for after a restart; left out: one in the data directory
  --key, --name        an officer's own key, made where there is none yet, and what it is called
  --recorded-until T   only the longest prefix of the ledger in which nothing was recorded after T
  --occurred-until T   of that, only what is claimed to have occurred by T
  --json               print one JSON object as the last line
  --database-url URL   another database than that of this clone
  --data-directory D   where the data of the embedded database are; left out: .wederhoor/data in this clone
  --keys-directory D   where the keys are; left out: keys in the data directory
T is a moment with its zone: 2024-03-01T09:00:00Z, or 2024-03-01T10:00:00+01:00.
`

export type LogName = 'case-history' | 'access'

/** Where the running or stopped instance is. */
export interface Place {
  readonly databaseUrl: string | undefined
  readonly dataDirectory: string | undefined
}

export interface HistoryRequest extends Place {
  readonly kind: 'replay' | 'timeline'
  readonly dossier: string
  readonly asOf: AsOf
  readonly json: boolean
}

export interface VerifyRequest extends Place {
  readonly kind: 'verify'
  /** A folder or tar, or a ledger of the instance. */
  readonly what: { readonly bundle: string } | { readonly log: LogName }
  readonly trust: string | undefined
  readonly since: string | undefined
  readonly json: boolean
}

export interface DossierToExport {
  readonly dossier: string
  readonly receiver: Receiver
  readonly hearing: string | undefined
  /** Code of the purpose of opening the texts; undefined: none is opened. */
  readonly purpose: string | undefined
}

export interface ExportRequest extends Place {
  readonly kind: 'export'
  readonly what: { readonly log: LogName } | DossierToExport
  readonly since: string | undefined
  readonly out: string
  readonly keysDirectory: string | undefined
  readonly json: boolean
}

export interface WatchRequest extends Place {
  readonly kind: 'watch'
  /** Left out: the log of the instance, where it stands. */
  readonly url: string | undefined
  readonly log: LogName
  readonly trust: string
  readonly state: string | undefined
  readonly once: boolean
  readonly json: boolean
}

export interface SignCheckRequest {
  readonly kind: 'sign-check'
  readonly bundle: string
  readonly trust: string
  readonly key: string
  readonly name: string
  readonly out: string
  readonly json: boolean
}

export type CliRequest =
  | WatchRequest
  | SignCheckRequest
  | HistoryRequest
  | VerifyRequest
  | ExportRequest
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string; readonly json: boolean }

export function cliRequest(argv: readonly string[]): CliRequest {
  const json = argv.includes('--json')
  const parsed = parse(argv)
  const request = parsed instanceof Error ? parsed.message : understood(parsed)
  return typeof request === 'string' ? { kind: 'refused', message: request, json } : request
}

type Parsed = Exclude<ReturnType<typeof parse>, Error>
type Values = Parsed['values']

/** A text says why not. */
function understood({ values, positionals }: Parsed): CliRequest | string {
  const [kind, ...more] = positionals
  if (values.help || kind === 'help') return { kind: 'help' }
  if (kind === undefined) return `Say what to do: ${commands.join(', ')}.`
  if (!isCommand(kind)) return `'${kind}' is none of ${commands.join(', ')}.`
  const extra = kind === 'verify' || kind === 'sign-check' ? more.slice(1) : more
  if (extra.length > 0) return `'${extra[0]}' has no meaning here.`
  const foreign = Object.keys(values).find((option) => !allowed(kind, option))
  if (foreign !== undefined) return `--${foreign} does not belong to ${kind}.`
  const databaseUrl = values['database-url']
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    return '--database-url is an address that begins with postgres://.'
  const place = { databaseUrl, dataDirectory: values['data-directory'] }
  if (kind === 'verify') return verify(values, more[0], place)
  if (kind === 'watch') return watch(values, place)
  if (kind === 'sign-check') return signCheck(values, more[0])
  return kind === 'export' ? exporting(values, place) : history(kind, values, place)
}

const commands = ['verify', 'export', 'replay', 'timeline', 'watch', 'sign-check'] as const
type Command = (typeof commands)[number]
const isCommand = (kind: string): kind is Command => commands.some((one) => one === kind)

const everywhere = ['json', 'database-url', 'data-directory', 'help']
const own: Readonly<Record<Command, readonly string[]>> = {
  verify: ['ledger', 'log', 'trust', 'since'],
  export: [
    ...['ledger', 'log', 'since', 'out', 'dossier', 'for', 'hearing'],
    ...['with-content', 'purpose', 'keys-directory'],
  ],
  replay: ['dossier', 'recorded-until', 'occurred-until'],
  timeline: ['dossier'],
  watch: ['url', 'log', 'trust', 'once', 'state'],
  'sign-check': ['trust', 'key', 'name', 'out'],
}
const allowed = (kind: Command, option: string): boolean =>
  everywhere.includes(option) || own[kind].includes(option)

function verify(values: Values, bundle: string | undefined, place: Place): CliRequest | string {
  const { ledger, trust, since, json } = values
  if (bundle !== undefined && (ledger || values.log !== undefined))
    return 'A bundle is verified, or --ledger: not both at once.'
  if (bundle === undefined && !ledger)
    return 'Say which bundle, a folder or a .tar, or --ledger for that of the instance.'
  const log = logIn(values)
  if (log === undefined) return NO_LOG
  const what = bundle === undefined ? { log } : { bundle }
  return { kind: 'verify', what, trust, since, json: json === true, ...place }
}

function watch(values: Values, place: Place): CliRequest | string {
  const { url, trust, state, once, json } = values
  if (trust === undefined) return 'Say whose signatures count: --trust <file>.'
  if (url !== undefined && !/^https?:\/\/[^\s]+$/.test(url))
    return '--url is the address of a log, such as http://127.0.0.1:7306/log/case-history/.'
  const log = logIn(values)
  if (log === undefined) return NO_LOG
  const how = { trust, state, once: once === true, json: json === true }
  return { kind: 'watch', url, log, ...how, ...place }
}

function signCheck(values: Values, bundle: string | undefined): CliRequest | string {
  const { trust, key, name, out, json } = values
  if (bundle === undefined) return 'Say which bundle, a folder or a .tar.'
  if (trust === undefined) return 'Say whose signatures count: --trust <file>.'
  if (key === undefined || name === undefined)
    return 'Say with which key you sign and what it is called: --key <seed file> --name <name>.'
  if (out === undefined || out === '') return 'Say where to write the signed note: --out <file>.'
  return { kind: 'sign-check', bundle, trust, key, name, out, json: json === true }
}

function exporting(values: Values, place: Place): CliRequest | string {
  const { ledger, dossier, since, out, json } = values
  if (out === undefined || out === '') return 'Say where to write it: --out <folder or .tar>.'
  if ((ledger === true) === (dossier !== undefined))
    return 'Say what to export: --ledger, or --dossier <id> with --for.'
  const what = ledger ? wholeLedger(values) : oneDossier(values)
  if (typeof what === 'string') return what
  const keysDirectory = values['keys-directory']
  return { kind: 'export', what, since, out, keysDirectory, json: json === true, ...place }
}

function wholeLedger(values: Values): { readonly log: LogName } | string {
  const ofDossier = (['for', 'hearing', 'with-content', 'purpose'] as const).find(
    (option) => values[option] !== undefined,
  )
  if (ofDossier !== undefined) return `--${ofDossier} belongs to the export of a dossier.`
  const log = logIn(values)
  return log === undefined ? NO_LOG : { log }
}

function oneDossier(values: Values): DossierToExport | string {
  const dossier = idIn(values.dossier, 'dossier')
  if (typeof dossier === 'string') return dossier
  if (values.log !== undefined) return '--log belongs to the export of a ledger.'
  const receiver = receivers.find((one) => one === values.for)
  if (receiver === undefined) return 'Say for whom: --for auditor, melder or wederpartij.'
  const hearing = values.hearing === undefined ? undefined : idIn(values.hearing, 'hearing')
  if (typeof hearing === 'string') return hearing
  const { purpose } = values
  if (purpose !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(purpose))
    return `'${purpose}' is no code of a purpose: small letters and hyphens, such as toezicht.`
  const asked = { dossier: dossier.id, receiver, hearing: hearing?.id }
  if (receiver !== 'auditor') {
    if (values['with-content']) return '--with-content is for the auditor: a party gets its texts.'
    return { ...asked, purpose: purpose ?? 'inzage' }
  }
  if (hearing !== undefined) return '--hearing is for a party: an auditor gets the whole dossier.'
  if ((values['with-content'] === true) !== (purpose !== undefined))
    return '--with-content and --purpose go together: say why the texts are opened.'
  return { ...asked, purpose }
}

const receivers = ['auditor', 'melder', 'wederpartij'] as const satisfies readonly Receiver[]

const logIn = ({ log }: Values): LogName | undefined =>
  log === undefined || log === 'case-history' ? 'case-history' : log === 'access' ? log : undefined
const NO_LOG = '--log is case-history or access.'

function history(kind: HistoryRequest['kind'], values: Values, place: Place): CliRequest | string {
  if (values.dossier === undefined) return 'Say which dossier: --dossier <id>.'
  const dossier = idIn(values.dossier, 'dossier')
  if (typeof dossier === 'string') return dossier
  const asOf = { recordedUntil: null as string | null, occurredUntil: null as string | null }
  for (const [option, clock] of clocks) {
    const written = values[option]
    if (written === undefined) continue
    const instant = instantIn(written)
    if (instant === undefined)
      return `--${option} '${written}' is not a moment with its zone, such as 2024-03-01T09:00:00Z.`
    asOf[clock] = instant
  }
  return { kind, dossier: dossier.id, asOf, json: values.json === true, ...place }
}

const clocks = [
  ['recorded-until', 'recordedUntil'],
  ['occurred-until', 'occurredUntil'],
] as const

/** A text says why it is none. */
function idIn(written: string | undefined, what: string): { readonly id: string } | string {
  const id = written?.toLowerCase() ?? ''
  if (UUID.test(id)) return { id }
  return `'${written}' is not the id of a ${what}: it has the form of a UUID.`
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        dossier: text,
        'recorded-until': text,
        'occurred-until': text,
        ledger: flag,
        log: text,
        trust: text,
        since: text,
        for: text,
        hearing: text,
        'with-content': flag,
        purpose: text,
        out: text,
        json: flag,
        'database-url': text,
        'data-directory': text,
        'keys-directory': text,
        help: flag,
        url: text,
        state: text,
        once: flag,
        key: text,
        name: text,
      },
    })
  } catch (error) {
    // Node's own sentence names the option; what follows its first full stop is advice on dashes.
    if (error instanceof TypeError) return new Error(error.message.split('. ')[0] ?? error.message)
    throw error
  }
}
