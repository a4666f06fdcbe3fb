/** The OpenAPI document of a service, made from its routes, and the page that shows it. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { everyone } from '@wederhoor/identity/access'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { needsKey } from './idempotency-key.ts'
import { problemType } from './problem.ts'
import type { Server } from './request.ts'

export interface ApiContact {
  readonly name: string
  readonly email: string
  readonly url: string
}

export interface ApiDescription {
  readonly title: string
  /** Semantic version of the API. */
  readonly version: string
  readonly description: string
  readonly contact: ApiContact
  /** Where the API is seen from outside, without `/v1`. Left out: wherever the document came from. */
  readonly publicUrl?: string
}

const docsPrefix = '/docs'
/** The bar on top belongs to the page's maker and offers to load other documents. */
const pageStyle = '.swagger-ui .topbar { display: none !important }'
/** The page is ours alone: nothing is loaded from elsewhere. */
const pagePolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"

/** Call before the first route: what was declared earlier is not in the document. */
export async function describeApi(app: FastifyInstance, api: ApiDescription): Promise<void> {
  app.addHook('onRoute', completeRoute)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: api.title,
        version: api.version,
        description: api.description,
        contact: { ...api.contact },
      },
      servers: [{ url: `${api.publicUrl ?? ''}/v1` }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          accessCode: { type: 'apiKey', in: 'header', name: 'Access-Code' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      completeDocument(jsonSchemaTransformObject(document) as OpenApiDocument) as ReturnType<
        typeof jsonSchemaTransformObject
      >,
  })
}

/** `/v1/openapi.json`, open to everybody and every origin, and the page at `/docs`. */
export async function serveApiDocument(
  app: Server,
  options: { readonly home: boolean; readonly title: string },
): Promise<void> {
  const config = { access: everyone() }
  app.get('/v1/openapi.json', { config, schema: { hide: true } }, async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
    reply.header('access-control-expose-headers', 'API-Version')
    return app.swagger()
  })
  await app.register(swaggerUi, {
    routePrefix: docsPrefix,
    staticCSP: pagePolicy,
    theme: { title: options.title, css: [{ filename: 'page.css', content: pageStyle }] },
    // Without this the page asks a server of somebody else whether the document is valid.
    uiConfig: { validatorUrl: null },
  })
  if (options.home)
    app.get('/', { config, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(docsPrefix),
    )
}

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' })

const keyHeader = z.object({
  'idempotency-key': z
    .string()
    .describe('Chosen by the caller, new for each new request, the same for a repeat.'),
})

type RouteSchema = NonNullable<RouteOptions['schema']>

/** Adds to a route what all routes have in common, so that no route can forget it. */
function completeRoute(route: RouteOptions): void {
  if (route.url === docsPrefix || route.url.startsWith(`${docsPrefix}/`))
    route.config = { ...route.config, access: everyone() }
  const { access } = route.config ?? {}
  const schema: RouteSchema = { ...route.schema }
  if (schema.hide === true) return
  if (needsKeyOf(route)) schema.headers = withKeyHeader(schema.headers)
  const security = [
    ...(access?.open === true ? [{}] : []),
    ...(access !== undefined && access.roles.length > 0 ? [{ bearer: [] }] : []),
    ...(access?.code === true ? [{ accessCode: [] }] : []),
  ]
  const response = { ...problemResponses(route, schema), ...asRecord(schema.response) }
  route.schema = { security, ...schema, response } as RouteSchema
}

const needsKeyOf = (route: RouteOptions): boolean => [route.method].flat().some(needsKey)

/** Only documented here: `keyError` checks it, together with everything else. */
function withKeyHeader(headers: unknown): unknown {
  return headers instanceof z.ZodObject ? keyHeader.extend(headers.shape) : keyHeader
}

function problemResponses(route: RouteOptions, schema: RouteSchema): Record<number, unknown> {
  const writes = needsKeyOf(route)
  const hasInput = writes || schema.params !== undefined || schema.querystring !== undefined
  const asksWho = route.config?.access?.open !== true
  const statuses: Readonly<Record<number, boolean>> = {
    400: hasInput || schema.body !== undefined || schema.headers !== undefined,
    401: true,
    403: asksWho,
    404: schema.params !== undefined,
    406: true,
    409: writes,
    413: schema.body !== undefined,
    415: schema.body !== undefined,
    422: writes,
    429: route.config?.access?.code === true,
    500: true,
    503: true,
  }
  const entries = Object.entries(statuses).filter(([, documented]) => documented)
  return Object.fromEntries(entries.map(([status]) => [status, problemResponse(Number(status))]))
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The input is invalid; every error is named.',
  401: 'Nobody could be recognised.',
  403: 'Not for this caller.',
  404: 'There is no such thing.',
  406: 'Not in a media type that the caller accepts.',
  409: 'Not in this state.',
  413: 'The body is too large.',
  415: 'Not a media type that is read here.',
  422: 'The idempotency key was used with other input.',
  429: 'Too many attempts; wait.',
  500: 'A failure here.',
  503: 'Not at the moment; repeat it with the same key.',
}

function problemResponse(status: number): unknown {
  return {
    description: meanings[status] ?? 'A problem.',
    content: { [problemType]: { schema: problemSchema } },
  }
}

interface OpenApiDocument {
  paths?: Record<string, Record<string, OpenApiOperation>>
}
interface OpenApiOperation {
  parameters?: { in?: string; name?: string }[]
  responses?: Record<string, { headers?: Record<string, unknown> }>
}

/** What Zod cannot say: the version header on each success, and the key's name as people write it. */
function completeDocument(document: OpenApiDocument): OpenApiDocument {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path)) {
      for (const parameter of operation.parameters ?? [])
        if (parameter.in === 'header' && parameter.name === 'idempotency-key')
          parameter.name = 'Idempotency-Key'
      for (const [status, response] of Object.entries(operation.responses ?? {}))
        if (/^[23]/.test(status))
          response.headers = {
            ...response.headers,
            'API-Version': { schema: { type: 'string' }, description: 'Version of this API.' },
          }
    }
  }
  return document
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
