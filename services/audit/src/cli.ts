/**
 * `npm run audit -- verify|export|replay|timeline|watch|sign-check`. Exit codes: 0 an answer, and it verified; 1 it did not verify, or the
 * world failed; 2 broken input, or a request that cannot be answered as it was asked.
 */
import { canonicalJson } from '@wederhoor/ledger/canonical-json'
import { type CliRequest, cliRequest, help } from './cli-arguments.ts'
import { exportAnswer } from './cli-export.ts'
import { explained } from './cli-failure.ts'
import { historyAnswer } from './cli-history.ts'
import { signCheckAnswer } from './cli-sign-check.ts'
import { verifyAnswer } from './cli-verify.ts'
import { watchAnswer } from './cli-watch.ts'

type Asked = Exclude<CliRequest, { readonly kind: 'help' | 'refused' }>

async function main(): Promise<number> {
  const request = cliRequest(process.argv.slice(2))
  if (request.kind === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (request.kind === 'refused') return fail(2, `${request.message}\n\n${help}`, request.json)
  try {
    const { text, ok } = await answer(request)
    print(text)
    return ok ? 0 : 1
  } catch (error) {
    const known = explained(error)
    if (known === undefined) throw error
    return fail(known.exitCode, known.message, request.json)
  }
}

async function answer(request: Asked): Promise<{ readonly text: string; readonly ok: boolean }> {
  switch (request.kind) {
    case 'verify':
      return verifyAnswer(request)
    case 'export':
      return { text: await exportAnswer(request), ok: true }
    case 'watch':
      return watchAnswer(request, print)
    case 'sign-check':
      return signCheckAnswer(request)
    case 'replay':
    case 'timeline':
      return { text: await historyAnswer(request), ok: true }
  }
}

function fail(exitCode: number, message: string, json: boolean): number {
  process.stderr.write(`${message.trimEnd()}\n`)
  if (json) print(canonicalJson({ ok: false, error: message.split('\n')[0] ?? '' }))
  return exitCode
}

const print = (text: string): void => void process.stdout.write(`${text.trimEnd()}\n`)

process.exitCode = await main()
