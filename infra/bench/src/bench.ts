/** `npm run bench -- <what> [--json]`: measured against a named peer and a named limit in the same run. */
import { parseArgs } from 'node:util'
import { benchAppend } from './append.ts'
import { benchLine } from './line.ts'
import { benchVerify } from './verify.ts'

const help = `npm run bench -- append|line|verify [options]
  append   events appended per second: ours, emmett and a bare statement, at 1, 32 and 256 writers
  verify   a ledger on disk verified whole: ours against a bare loop of its hashes, memory, proofs
  line     from a report accepted over HTTP to the desk that sees it, in milliseconds
  --rounds N     interleaved rounds; left out: 5
  --seconds S    seconds per measurement; left out: 10
  --kafka        line only: messages over Kafka
  --json         one JSON object as the last line
`

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '10' },
        kafka: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n${help}`)
    process.exit(2)
  }
}

const { values, positionals } = given()
if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const measure = { append: benchAppend, line: benchLine, verify: benchVerify }[positionals[0] ?? '']
if (measure === undefined || !(rounds >= 1) || !(seconds > 0)) {
  process.stderr.write(help)
  process.exit(2)
}
const result = await measure({ rounds, seconds, kafka: values.kafka })
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
