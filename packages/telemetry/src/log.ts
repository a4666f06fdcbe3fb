/**
 * The log of a process. What may be in a line is listed here; everything else is left out, whoever logs it. So personal
 * content cannot get in by a field that somebody forgot to forbid.
 */
import { type ChildLoggerOptions, type DestinationStream, type Logger, pino } from 'pino'
import { currentTraceId } from './trace-context.ts'

export interface LoggerOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  readonly service: string
  /** More fields that may be logged: names, never content. */
  readonly allow?: readonly string[]
  /** Where lines go; standard output when left out. */
  readonly destination?: DestinationStream
}

/** Fields that name things: ids, codes, counts and times. BIO2 8.15: action, object, result, origin, actor, time. */
const allowedFields = [
  ...['action', 'object', 'result', 'origin', 'actor', 'role', 'reason', 'purpose'],
  ...['service', 'part', 'traceId', 'request', 'method', 'route', 'status', 'durationMs'],
  ...['dossier', 'stream', 'entry', 'revision', 'position', 'type', 'code', 'failure'],
  ...['topic', 'partition', 'offset', 'sequence', 'subject', 'consumer', 'group', 'lease'],
  ...['count', 'bytes', 'attempt', 'lag', 'lagMs', 'waitMs', 'port', 'mode', 'version', 'policy'],
] as const

const textLengthMax = 200

/**
 * A pino logger. Messages are constant sentences: arguments for placeholders are dropped. An error is logged by name,
 * code and place, because messages quote values.
 */
export function createLogger(options: LoggerOptions): Logger {
  const allowed = new Set<string>([...allowedFields, ...(options.allow ?? [])])
  const pick = (fields: object): Record<string, unknown> => pickFields(fields, allowed)
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => {
        const traceId = currentTraceId()
        return traceId === null ? {} : { traceId }
      },
      formatters: { level: (label) => ({ level: label }), bindings: pick, log: pick },
      serializers: { err: errorChain },
      hooks: {
        logMethod(args, method) {
          const [first, second] = args as [unknown, unknown]
          if (typeof first === 'string') return method.apply(this, [first])
          const message = typeof second === 'string' ? second : 'unnamed'
          method.apply(this, [fieldsOf(first), message])
        },
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  )
  return withLimitedChildren(logger, pick)
}

/** pino asks no formatter about what a child is bound to. */
function withLimitedChildren(logger: Logger, pick: (fields: object) => object): Logger {
  const child = logger.child
  const limited = function (this: Logger, bindings: object, options?: ChildLoggerOptions): Logger {
    return Reflect.apply(child, this, [pick(bindings), options])
  }
  // Children inherit it from their parent.
  return Object.assign(logger, { child: limited })
}

function fieldsOf(value: unknown): object {
  if (value instanceof Error) return { failure: errorChain(value) }
  if (typeof value !== 'object' || value === null) return {}
  const { err, error, ...fields } = value as Record<string, unknown>
  const failed = err ?? error
  return failed instanceof Error ? { failure: errorChain(failed), ...fields } : fields
}

function pickFields(fields: object, allowed: ReadonlySet<string>): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([name]) => allowed.has(name))
  return Object.fromEntries(entries.flatMap(([name, value]) => pickValue(name, value)))
}

/** Plain values, and the failure that was made here; no other object can hide something. */
function pickValue(name: string, value: unknown): readonly [string, unknown][] {
  if (typeof value === 'string') return [[name, value.slice(0, textLengthMax)]]
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return [[name, value]]
  if (typeof value === 'bigint') return [[name, value.toString()]]
  if (name === 'failure' && Array.isArray(value)) return [[name, value.map(pickFailure)]]
  return []
}

export interface LoggedFailure {
  readonly name: string
  readonly code: string | null
  /** The innermost frames of the stack. */
  readonly at: readonly string[]
}

/** An error and its causes, outermost first, without their messages. */
export function errorChain(error: unknown): readonly LoggedFailure[] {
  const chain: LoggedFailure[] = []
  let cause = error
  while (cause instanceof Error && chain.length < 5) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null
    const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
    chain.push({ name: cause.name, code, at: frames.slice(0, 8).map((line) => line.trim()) })
    cause = cause.cause
  }
  return chain
}

function pickFailure(failure: unknown): LoggedFailure {
  const { name, code, at } = failure as Partial<LoggedFailure>
  return {
    name: typeof name === 'string' ? name.slice(0, textLengthMax) : 'unknown',
    code: typeof code === 'string' ? code.slice(0, textLengthMax) : null,
    at: Array.isArray(at) ? at.filter((line) => /^at /.test(line)) : [],
  }
}
