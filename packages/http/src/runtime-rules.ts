/**
 * NLgov REST API Design Rules 2.1 over a whole service: `expect(await checkApiRules(app)).toEqual([])`. It reads the
 * OpenAPI document that the service gives out, and asks each of its addresses what it does at run time.
 */
import type { Server } from './request.ts'

type Json = Readonly<Record<string, unknown>>

interface Operation {
  /** `GET /dossiers/{dossier}`, as findings name it. */
  readonly name: string
  readonly path: string
  readonly method: string
  readonly content: Json
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
const segment = /^(_?[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][a-zA-Z0-9]*\}|[a-z0-9-]+\.json)$/
const camelCase = /^[a-z][a-zA-Z0-9]*$/
const semanticVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

/**
 * What breaks a rule, one sentence each; an empty list is good. Sends requests without a
 * token and key, which change nothing; each refused one is reported to `onDenied`.
 */
export async function checkApiRules(app: Server): Promise<readonly string[]> {
  await app.ready()
  const answer = await app.inject('/v1/openapi.json')
  if (answer.statusCode !== 200) return [`/v1/openapi.json answers ${answer.statusCode}`]
  const document = asJson(answer.json())
  const operations = operationsOf(document)
  return [
    ...(answer.headers['access-control-allow-origin'] === '*'
      ? []
      : ['/v1/openapi.json is not open to every origin']),
    ...checkInformation(document),
    ...operations.flatMap(checkOperation),
    ...checkProperties(document),
    ...(await checkAnswers(app, operations)),
  ]
}

function checkInformation(document: Json): string[] {
  const information = asJson(document['info'])
  const contact = asJson(information['contact'])
  const servers = asList(document['servers']).map((server) => String(asJson(server)['url']))
  return [
    ...(/^3\./.test(String(document['openapi'])) ? [] : ['the document is not OpenAPI 3']),
    ...['name', 'email', 'url']
      .filter((name) => typeof contact[name] !== 'string')
      .map((name) => `info.contact has no ${name}`),
    ...(semanticVersion.test(String(information['version']))
      ? []
      : ['info.version is no semantic version']),
    ...(servers.length > 0 ? [] : ['there is no server']),
    ...servers
      .filter((url) => !/\/v\d+$/.test(url))
      .map((url) => `server ${url} does not end in its major version`),
  ]
}

function checkOperation(operation: Operation): string[] {
  const { name, path, content } = operation
  const responses = asJson(content['responses'])
  const parameters = asList(content['parameters']).map(asJson)
  const query = parameters.filter((one) => one['in'] === 'query').map((one) => String(one['name']))
  const takesInput = parameters.length > 0 || content['requestBody'] !== undefined
  const segments = path.split('/').slice(1)
  return [
    ...(methods.includes(operation.method) ? [] : [`${name} is no known method`]),
    ...(path.length > 1 && path.endsWith('/') ? [`${name} ends in a slash`] : []),
    ...segments
      .filter((one) => !segment.test(one))
      .map((one) => `${name}: ${one} is not kebab-case`),
    ...query.filter((key) => !camelCase.test(key)).map((key) => `${name}: ${key} is not camelCase`),
    ...(takesInput && responses['400'] === undefined ? [`${name} takes input and has no 400`] : []),
    ...Object.entries(responses).flatMap(([status, response]) =>
      checkResponse(`${name} ${status}`, status, asJson(response)),
    ),
  ]
}

function checkResponse(name: string, status: string, response: Json): string[] {
  if (/^[23]/.test(status))
    return asJson(response['headers'])['API-Version'] === undefined
      ? [`${name} does not document API-Version`]
      : []
  const types = Object.keys(asJson(response['content']))
  return types.length === 1 && types[0] === 'application/problem+json'
    ? []
    : [`${name} is not application/problem+json`]
}

/** Property names everywhere, and a date format wherever a name promises a date or an instant. */
function checkProperties(node: unknown, at = ''): string[] {
  if (Array.isArray(node))
    return node.flatMap((one, index) => checkProperties(one, `${at}/${index}`))
  if (typeof node !== 'object' || node === null) return []
  const isSchema = 'type' in node && node.type === 'object'
  const properties = isSchema ? Object.entries(asJson(asJson(node)['properties'])) : []
  return [
    ...properties
      .filter(([name]) => !camelCase.test(name))
      .map(([name]) => `${at}: property ${name} is not camelCase`),
    ...properties.flatMap(([name, schema]) => checkFormat(name, schema, at)),
    ...Object.entries(node).flatMap(([key, value]) => checkProperties(value, `${at}/${key}`)),
  ]
}

function checkFormat(name: string, schema: unknown, at: string): string[] {
  const text = JSON.stringify(schema)
  if (!text.includes('"type":"string"')) return []
  if (/[a-z]At$/.test(name) && !text.includes('"format":"date-time"'))
    return [`${at}: ${name} promises an instant and has no format date-time`]
  if (/[a-z](On|Date)$/.test(name) && !text.includes('"format":"date"'))
    return [`${at}: ${name} promises a date and has no format date`]
  return []
}

/** What only a running server shows: version and headers on each answer, problems in their form, no trailing slash. */
async function checkAnswers(app: Server, operations: readonly Operation[]): Promise<string[]> {
  const findings: string[] = []
  for (const { name, path, method } of operations) {
    // A POST stops at its missing key. Other methods that write have none.
    if (!['get', 'head', 'post'].includes(method)) continue
    const url = `/v1${path.replaceAll(/\{[^}]+\}/g, 'x')}`
    const plain = { method: method.toUpperCase() as 'GET', url }
    const answer = await app.inject(plain)
    findings.push(...checkAnswer(name, answer.headers, answer.statusCode))
    const slash = await app.inject({ ...plain, url: `${url}/` })
    if (slash.statusCode !== 404)
      findings.push(`${name} with a trailing slash is ${slash.statusCode}`)
    findings.push(...checkAnswer(`${name} with a trailing slash`, slash.headers, slash.statusCode))
  }
  return findings
}

const headersNeeded: Readonly<Record<string, RegExp>> = {
  'api-version': semanticVersion,
  'cache-control': /no-store/,
  'content-security-policy': /frame-ancestors 'none'/,
  'strict-transport-security': /max-age=/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
}

function checkAnswer(name: string, headers: Json, status: number): string[] {
  const missing = Object.entries(headersNeeded)
    .filter(([header, form]) => !form.test(String(headers[header])))
    .map(([header]) => `${name} answers without ${header}`)
  const isProblem = String(headers['content-type']).startsWith('application/problem+json')
  return [
    ...missing,
    ...(status >= 400 && !isProblem ? [`${name} answers ${status} without a problem`] : []),
  ]
}

function operationsOf(document: Json): readonly Operation[] {
  return Object.entries(asJson(document['paths'])).flatMap(([path, item]) =>
    Object.entries(asJson(item)).map(([method, content]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      content: asJson(content),
    })),
  )
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
