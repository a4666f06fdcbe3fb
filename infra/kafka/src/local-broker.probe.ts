/** A parent for the test that kills it: starts a broker, says its pid on a line, and waits. */
import { startKafka } from './local-broker.ts'

const [jarsDirectory = '', dataDirectory = ''] = process.argv.slice(2)
const broker = await startKafka({ jarsDirectory, dataDirectory })
process.stdout.write(`${broker.pid}\n`)
setInterval(() => {}, 60_000)
