/** What each service of an instance says about itself in its OpenAPI document, as far as a test of every route needs it. */

/** JSON Schema, as far as the documents use it. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly minimum?: number
}

export interface ApiRoute {
  readonly service: string
  readonly method: string
  /** With `{names}` in it, beginning with `/v1`. */
  readonly path: string
  readonly url: string
  /** Whoever comes may use it. */
  readonly open: boolean
  readonly takesToken: boolean
  readonly takesCode: boolean
  /** Required parameters of the query. */
  readonly query: readonly { readonly name: string; readonly schema: JsonSchema }[]
  readonly body: JsonSchema | undefined
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly required?: boolean
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
  }
}

interface Document {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

export async function apiRoutes(
  baseUrls: Readonly<Record<string, string>>,
): Promise<readonly ApiRoute[]> {
  const found: ApiRoute[] = []
  for (const [service, baseUrl] of Object.entries(baseUrls)) {
    const answer = await fetch(`${baseUrl}/v1/openapi.json`)
    const document = (await answer.json()) as Document
    const prefix = document.servers[0]?.url ?? ''
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations))
        found.push(routeOf(service, method, `${prefix}${path}`, baseUrl, operation))
  }
  return found
}

function routeOf(
  service: string,
  method: string,
  path: string,
  baseUrl: string,
  operation: Operation,
): ApiRoute {
  const security = operation.security ?? []
  const asks = (name: string): boolean => security.some((one) => name in one)
  return {
    service,
    method: method.toUpperCase(),
    path,
    url: `${baseUrl}${path}`,
    open: security.some((one) => Object.keys(one).length === 0),
    takesToken: asks('bearer'),
    takesCode: asks('accessCode'),
    query: (operation.parameters ?? []).filter((one) => one.in === 'query' && one.required),
    body: operation.requestBody?.content['application/json']?.schema,
  }
}

/** A route as a person reads it. */
export const titleOf = (route: ApiRoute): string => `${route.service} ${route.method} ${route.path}`

/** The address with its names filled in; what `values` does not know gets `otherwise`. */
export function addressOf(
  route: ApiRoute,
  values: Readonly<Record<string, string>>,
  otherwise: string,
): string {
  const address = route.url.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? otherwise),
  )
  const query = new URLSearchParams()
  for (const { name, schema } of route.query)
    query.set(name, String(schema.enum?.[0] ?? values[name] ?? ''))
  return query.size === 0 ? address : `${address}?${query}`
}
