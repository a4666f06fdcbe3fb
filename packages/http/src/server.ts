/**
 * A Fastify server that keeps the run-time rules of the NLgov REST API Design Rules 2.1, so that a service only writes
 * its routes. Paths are written in full (`/v1/dossiers/:dossier`); each route says who may in `config.access`.
 */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Clock } from '@wederhoor/calendar/clock'
import type { TokenVerifier } from '@wederhoor/identity/token'
import fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { checkAccess } from './access-check.ts'
import { type ApiDescription, describeApi, serveApiDocument } from './api-document.ts'
import { failureProblem } from './failure-problem.ts'
import { closeGracefully } from './graceful-close.ts'
import { type ReadinessCheck, serveHealth } from './health.ts'
import { type IdempotencyOptions, recogniseRepeats } from './idempotency.ts'
import { needsKey } from './idempotency-key.ts'
import { spellIdsOneWay, validateInput } from './input.ts'
import { readJsonBodies } from './json-body.ts'
import { checkAccept } from './media-types.ts'
import { Problem, problemBody, problemType } from './problem.ts'
import { decorateRequests, instanceOf, type Server } from './request.ts'
import { logFailure, logRequests } from './request-log.ts'
import { responseHeaders, setResponseHeaders } from './response-headers.ts'
import { traceRequests } from './tracing.ts'
import { answerUnknownRoutes } from './unknown-routes.ts'

export interface ServerOptions extends ApiDescription {
  /** Name of the service; part of every command id, so it never changes. */
  readonly name: string
  readonly verifier: TokenVerifier
  readonly logger: FastifyBaseLogger
  readonly clock: Clock
  /** Needed as soon as a route takes a POST. */
  readonly idempotency?: IdempotencyOptions
  /** What must answer before `/v1/health/ready` is ok. */
  readonly ready?: Readonly<Record<string, ReadinessCheck>>
  /**
   * Access was refused, for `reason`. The answer waits for this; when it fails, the caller gets that failure instead.
   */
  readonly onDenied?: (request: FastifyRequest, reason: string) => Promise<void>
  /** Whose `X-Forwarded-For` counts: addresses of the proxies before this server. Nobody's when left out. */
  readonly trustProxy?: readonly string[]
  /** Largest body in bytes: 65 536 when left out. A route may set its own `bodyLimit`. */
  readonly bodyBytesMax?: number
  /** How long `close()` waits for requests under way: 2 500 ms when left out. */
  readonly closeMsMax?: number
  /** Whether `/` leads to the API page; true when left out. */
  readonly home?: boolean
}

/** Ready for routes on return; `listen` and `close` are the caller's. @throws TypeError a route without `config.access`. */
export async function buildServer(options: ServerOptions): Promise<Server> {
  const { version, clock, idempotency, onDenied = async () => {} } = options
  const app: Server = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: options.bodyBytesMax ?? 65_536,
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // Fastify's own answer while closing has another form; what still gets in is answered as ever.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      for (const [name, value] of Object.entries(responseHeaders(version)))
        reply.header(name, value)
      return sendProblem(failureProblem(error), request, reply)
    },
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, version),
  }).withTypeProvider<ZodTypeProvider>()

  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(async (error, request, reply) => {
    const found = failureProblem(error)
    const answer =
      found.denied === undefined ? found : await afterNoting(found, found.denied, request)
    if (answer.status >= 500) logFailure(request, answer.cause ?? answer)
    return sendProblem(answer, request, reply)
  })

  async function afterNoting(
    found: Problem,
    reason: string,
    request: FastifyRequest,
  ): Promise<Problem> {
    try {
      await onDenied(request, reason)
      return found
    } catch (error) {
      return failureProblem(error)
    }
  }

  setResponseHeaders(app, version)
  closeGracefully(app, options.closeMsMax ?? 2500)
  decorateRequests(app)
  traceRequests(app)
  logRequests(app)
  answerUnknownRoutes(app)
  await describeApi(app, options)
  checkAccept(app)
  spellIdsOneWay(app)
  checkAccess(app, options.verifier)
  readJsonBodies(app)
  validateInput(app)
  if (idempotency !== undefined)
    recogniseRepeats(app, { name: options.name, clock, options: idempotency })
  else refusePosts(app)
  serveHealth(app, options.ready ?? {})
  await serveApiDocument(app, { home: options.home ?? true, title: options.title })
  return app
}

function refusePosts(app: Server): void {
  app.addHook('onRoute', ({ method, url }) => {
    if ([method].flat().some(needsKey))
      throw new TypeError(`${method} ${url} needs the idempotency option of its server`)
  })
}

function sendProblem(found: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(found.status)
    .headers(found.headers)
    .type(problemType)
    .serializer((text: string) => text)
    .send(JSON.stringify(problemBody(found, instanceOf(request))))
}

const connectionProblems: Readonly<Record<string, readonly [status: number, code: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout'],
}

/** What is not even HTTP never becomes a request; it still gets an answer in the common form. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, version: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, code] = connectionProblems[error.code ?? ''] ?? [400, 'bad-request']
  const found = new Problem(status, { code, detail: 'The request cannot be read as HTTP.' })
  const body = JSON.stringify(problemBody(found, `urn:uuid:${randomUUID()}`))
  const headers = {
    ...responseHeaders(version),
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  if (socket.writable)
    socket.write(`HTTP/1.1 ${status} ${found.title}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
