/** The environment of a service that runs as a process of its own; the only reader of `process.env` here. */
import { z } from 'zod'

const schema = z.object({
  /** As the service's own login role: see `grantProcess`. */
  DATABASE_URL: z.url(),
  /**
   * The same database as its owner, who brings the schemas up to date at the start and is used for nothing else. Left out:
   * the role of DATABASE_URL does, and must be allowed to.
   */
  OWNER_DATABASE_URL: z.url().optional(),
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((list) => list.split(',')),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HOST: z.string().default('127.0.0.1'),
  /**
   * Addresses or ranges of the proxies before this service, with commas between: only theirs is the word on where a
   * request comes from. Left out behind a proxy, everybody who guesses codes shares one address.
   */
  TRUST_PROXY: z
    .string()
    .min(1)
    .transform((list) => list.split(',').map((one) => one.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
    .optional(),
  /** Folder with `kek` and `pepper`: not beside the database, not in its backup. */
  KEYS_DIRECTORY: z.string().min(1),
  /**
   * A key store that speaks the Vault-transit API holds the KEK instead of that folder, when an address is given. The file
   * holds the token and is read at each call, so that an agent may renew it. `context` for a key made with derived=true.
   */
  KEK_TRANSIT_ADDRESS: z.url().optional(),
  KEK_TRANSIT_MOUNT: z.string().min(1).default('transit'),
  KEK_TRANSIT_KEY: z.string().min(1).default('wederhoor'),
  KEK_TRANSIT_TOKEN_FILE: z.string().min(1).default('/run/secrets/transit-token'),
  KEK_TRANSIT_BINDS: z.enum(['context', 'associated_data']).default('context'),
  /**
   * Folder of the signing guards, for the service that signs checkpoints: on another disk than the database, restored by
   * no backup. Left out: `guard` in the folder of the keys, which then must not be restored with the database either.
   */
  GUARD_DIRECTORY: z.string().min(1).optional(),
  /** Instead of a folder: a database for the signing guards, not the one of the ledgers and not in its backup. */
  GUARD_DATABASE_URL: z.url().optional(),
  /** File with the witnesses that cosign checkpoints, for the service that signs them: `witness-list.ts` has its form. */
  WITNESSES_FILE: z.string().min(1).optional(),
  LEDGER_ORIGIN: z.string().min(1),
  TOKEN_ISSUER: z.url(),
  TOKEN_AUDIENCE: z.string().min(1),
  TOKEN_JWKS_URL: z.url(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
})

export type ServiceConfig = z.output<typeof schema>

/** @throws ZodError that names every variable that is missing or wrong. */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env): ServiceConfig =>
  schema.parse(environment)
