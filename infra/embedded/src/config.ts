/** The environment of the embedded form; the only reader of `process.env` here. */
import { z } from 'zod'

const schema = z.object({
  DATABASE_URL: z.url().optional(),
  KAFKA_BROKERS: z.string().min(1).optional(),
  NODE_ENV: z.string().optional(),
  WEDERHOOR_CLOCK: z.enum(['simulated', 'real']).default('real'),
  /** Address of an OTLP collector over HTTP; left out: nothing leaves this process. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('error'),
})

export type EmbeddedConfig = z.output<typeof schema>

export const readConfig = (): EmbeddedConfig => schema.parse(process.env)
