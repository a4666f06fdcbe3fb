import { everyone, roles } from '@wederhoor/identity/access'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Server } from './request.ts'
import { checkApiRules } from './runtime-rules.ts'
import type { ServerOptions } from './server.ts'
import { addReadingRoutes } from './test-routes.ts'
import { testServer } from './test-server.ts'

async function findings(add: (app: Server) => void, options: Partial<ServerOptions> = {}) {
  const { app } = await testServer(options)
  onTestFinished(async () => app.close())
  add(app)
  return checkApiRules(app)
}

const config = { access: everyone() }
const answering = (shape: z.ZodType) => ({ config, schema: { response: { 200: shape } } })
const nothing = async () => ({})

describe('a service that keeps the rules', () => {
  test('gives no findings', async () => {
    expect(await findings(addReadingRoutes)).toEqual([])
  })
})

describe('a service that breaks a rule', () => {
  test.each<[string, (app: Server) => void, string]>([
    [
      'a path in camelCase',
      (app) => app.get('/v1/openCases', answering(z.object({})), nothing),
      'GET /openCases: openCases is not kebab-case',
    ],
    [
      'a path with an underscore',
      (app) => app.get('/v1/open_cases', answering(z.object({})), nothing),
      'GET /open_cases: open_cases is not kebab-case',
    ],
    [
      'a query key in kebab-case',
      (app) =>
        app.get(
          '/v1/a',
          { config, schema: { querystring: z.object({ 'page-size': z.string().optional() }) } },
          nothing,
        ),
      'GET /a: page-size is not camelCase',
    ],
    [
      'a property in snake_case',
      (app) => app.get('/v1/a', answering(z.object({ case_id: z.uuid().optional() })), nothing),
      'property case_id is not camelCase',
    ],
    [
      'an instant that is any text',
      (app) => app.get('/v1/a', answering(z.object({ openedAt: z.string().optional() })), nothing),
      'openedAt promises an instant and has no format date-time',
    ],
    [
      'a date that is any text',
      (app) => app.get('/v1/a', answering(z.object({ openedOn: z.string().optional() })), nothing),
      'openedOn promises a date and has no format date',
    ],
    [
      'a refusal in a form of its own',
      (app) =>
        app.get(
          '/v1/a',
          { config: { access: roles('x') }, schema: { response: { 409: z.object({}) } } },
          nothing,
        ),
      'GET /a 409 is not application/problem+json',
    ],
    [
      'a trailing slash',
      (app) => app.get('/v1/a/', answering(z.object({})), nothing),
      'GET /a/ ends in a slash',
    ],
    [
      'an answer that drops a header',
      (app) =>
        app.get(
          '/v1/a',
          {
            ...answering(z.object({})),
            onSend: async (_request, reply) => void reply.removeHeader('api-version'),
          },
          nothing,
        ),
      'GET /a answers without api-version',
    ],
  ])('is found: %s', async (_name, add, finding) => {
    expect((await findings(add)).join('\n')).toContain(finding)
  })

  test('is found: version, contact and server', async () => {
    const found = await findings(() => {}, {
      version: '1.2',
      contact: { name: 'Somebody', email: 'a@b.example' } as ServerOptions['contact'],
    })
    expect(found).toContain('info.version is no semantic version')
    expect(found).toContain('info.contact has no url')
  })
})
