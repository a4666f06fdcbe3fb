import { everyone } from '@wederhoor/identity/access'
import { z } from 'zod'
import { Problem } from './problem.ts'
import type { Server } from './request.ts'

/** A part that must work before requests are let in: resolves when it does, rejects when it does not. */
export type ReadinessCheck = () => Promise<void>

const checkMsMax = 2000
const healthSchema = z.object({ status: z.literal('ok') })

/** `/v1/health/live`: the process answers. `/v1/health/ready`: what it needs answers too, within two seconds. */
export function serveHealth(app: Server, checks: Readonly<Record<string, ReadinessCheck>>): void {
  const config = { access: everyone() }
  app.get(
    '/v1/health/live',
    { config, schema: { summary: 'Is the process alive?', response: { 200: healthSchema } } },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/v1/health/ready',
    { config, schema: { summary: 'Can it work?', response: { 200: healthSchema } } },
    async () => {
      const names = Object.keys(checks)
      const results = await Promise.allSettled(Object.values(checks).map(withinTime))
      const failing = names.filter((_name, index) => results[index]?.status === 'rejected')
      if (failing.length === 0) return { status: 'ok' as const }
      throw new Problem(503, {
        code: 'not-ready',
        detail: `These do not answer: ${failing.join(', ')}.`,
        retryAfterSeconds: 2,
      })
    },
  )
}

async function withinTime(check: ReadinessCheck): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('late')), checkMsMax)
  try {
    await Promise.race([check(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
