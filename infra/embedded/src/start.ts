/** `npm start`: the whole house on this machine, with a small history to look at. Ends on Ctrl-C. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startTelemetry } from '@wederhoor/telemetry/telemetry'
import { demoAccounts } from './accounts.ts'
import { clone } from './clone.ts'
import { readConfig } from './config.ts'
import { FreshElsewhere, openInstance, removeInstance } from './instance.ts'
import { seedHistory } from './seed.ts'
import { startScreen } from './start-screen.ts'
import { confirmed, explain, steps } from './terminal.ts'

const help = `npm start -- [options]
  --fresh              begin anew: removes what was written, after asking
  --yes                do not ask
  --kafka              messages over Kafka instead of the in-process broker
  --port N             first of seven ports; left out: 4100, or free ones where those are taken
  --data-directory D   where the data are; left out: .wederhoor/data in this clone
  --no-seed            start with nothing in it
`

/** How long an orderly stop may take before the process ends anyway; what was acknowledged is on disk by then. */
const STOP_MS_MAX = 4_500

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      port: { type: 'string' },
      'data-directory': { type: 'string' },
      'no-seed': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const directory = resolve(values['data-directory'] ?? join(clone, '.wederhoor', 'data'))
  const config = readConfig()
  if (values.fresh) {
    if (config.DATABASE_URL !== undefined) throw new FreshElsewhere()
    const sure = values.yes || (await confirmed(`Remove everything in ${directory}?`))
    if (!sure)
      return void process.stderr.write(
        'Nothing was removed. Say --yes to begin anew without being asked.\n',
      )
    await removeInstance(directory)
  }
  const say = steps()
  const simulated = config.WEDERHOOR_CLOCK === 'simulated'
  const otlpEndpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const telemetry = startTelemetry({ service: 'wederhoor', version: '0.1.0', otlpEndpoint })
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

  const instance = await openInstance({
    config,
    directory,
    jarsDirectory: join(clone, '.wederhoor', 'kafka', 'libs'),
    accounts: demoAccounts,
    simulated,
    ports:
      values.port === undefined
        ? { first: 4100, asked: false }
        : { first: Number(values.port), asked: true },
    kafka: values.kafka,
    say,
  })
  const end = async (): Promise<void> => {
    say('stopping')
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref()
    await instance.close()
    await telemetry.shutdown()
    say('stopped')
    process.exit(0)
  }
  stopped.signal.addEventListener('abort', () => void end())
  if (stopped.signal.aborted) return end()
  if (!values['no-seed']) await seedHistory(instance.house, say)
  if (stopped.signal.aborted) return
  process.stdout.write(
    startScreen(instance, {
      kafka: values.kafka,
      ownDatabase: config.DATABASE_URL === undefined,
      simulated,
    }),
  )
}

await start().catch((error: unknown) => {
  process.stderr.write(explain(error))
  process.exit(1)
})
