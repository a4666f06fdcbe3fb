/**
 * Case in a process of its own for the test that kills it: `prepare` writes a dossier whose melder is to be erased; a step
 * of the erasure kills the process without warning before or after that step; without one it works until the erasure is
 * complete.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { inProcessBroker } from '@wederhoor/broker/in-process'
import { fixedClock } from '@wederhoor/calendar/clock'
import { commandHandler } from '@wederhoor/decider/handler'
import { memoryGuard } from '@wederhoor/ledger/memory-guard'
import { keyFiles } from '@wederhoor/runtime/key-files'
import { openParts } from '@wederhoor/runtime/open-parts'
import type { ServiceParts } from '@wederhoor/runtime/service-parts'
import { passingSigningKeys } from '@wederhoor/runtime/signing-keys'
import { eventCodec } from '@wederhoor/vault/event-codec'
import fastify from 'fastify'
import pg from 'pg'
import { buildCaseApp } from './app.ts'
import { context, melder, open, start } from './domain/case/builders.ts'
import { caseDecider } from './domain/case/case.ts'
import type { CaseCommand } from './domain/case/commands.ts'
import { streamOf } from './domain/case/state.ts'
import type { ErasureCommand } from './domain/erasure/commands.ts'
import { erasureDecider, erasureStream } from './domain/erasure/erasure.ts'
import { erasureEvents } from './domain/erasure-events.ts'
import { caseEvents, wishRecorded } from './domain/events.ts'
import { erase, request } from './testing/erasures.ts'

const [url = '', directory = '', step = '', when = '', secret = ''] = process.argv.slice(2)
const { dossier } = context()
if (dossier === null) throw new TypeError('the builders name a dossier')

const pool = new pg.Pool({ connectionString: url, max: 10 })
const { kek, register, pepper } = await keyFiles(directory)
const { parts } = await openParts({
  pool,
  broker: inProcessBroker({ pool }),
  clock: fixedClock(start),
  verifier: { actorOf: () => Promise.reject(new Error('nobody calls this')) },
  logger: fastify({ logger: false }).log,
  kek,
  register,
  pepper,
  ledger: 'wederhoor.test/ledger',
  policy: '2024-01',
  random: () => 0.5,
  signingKeys: passingSigningKeys(),
  guardOf: () => memoryGuard(),
})
const { store, vault, ledger } = parts
const codec = eventCodec({ ledger, events: erasureEvents })
const erasures = commandHandler({ store, codec, decider: erasureDecider })
const stream = erasureStream(dossier, melder)

if (step === 'prepare') {
  const caseCodec = eventCodec({ ledger, events: caseEvents })
  const cases = commandHandler({ store, codec: caseCodec, decider: caseDecider })
  const ask = async (command: CaseCommand) => {
    const own = { ...command, context: { ...command.context, id: randomUUID() } }
    await cases.handle(streamOf(dossier), own)
  }
  await ask(open())
  const sealed = await vault.seal(wishRecorded, { dossier, party: melder }, { wish: secret })
  await ask({ type: 'RecordWish', context: context(), ...sealed })
  for (const command of [request(), erase()] satisfies readonly ErasureCommand[])
    await erasures.handle(stream, { ...command, context: { ...command.context, id: randomUUID() } })
  process.exit(0)
}

const app = await buildCaseApp({ ...parts, erasing: dyingAt(parts.erasing) })
await app.workers.start()
while ((await erasures.state(stream)).status !== 'completed') await pause(10)
await app.workers.settled()
process.exit(0)

function dyingAt({ steps, epochs }: ServiceParts['erasing']): ServiceParts['erasing'] {
  return { steps: each(steps), epochs: each(epochs) }
}

function each<Of extends object>(all: Of): Of {
  return new Proxy(all, {
    get(target, name) {
      const one: unknown = Reflect.get(target, name)
      if (typeof one !== 'function' || name !== step) return one
      return async (...given: readonly unknown[]) => {
        if (when === 'before') process.kill(process.pid, 'SIGKILL')
        const answer: unknown = await Reflect.apply(one, target, given)
        process.kill(process.pid, 'SIGKILL')
        return answer
      }
    },
  })
}
