/**
 * Ends a broker whose parent is gone, however the parent went: `node watchdog.ts <pid>`. The parent
 * holds the other end of standard input and never writes to it; the operating system closes it when
 * the parent ends, by SIGKILL too. Then the broker gets a moment to close its log, and no more.
 */
import { setTimeout as pause } from 'node:timers/promises'

const CLOSING_MAX_MS = 5_000
const LOOK_EVERY_MS = 100

const broker = Number(process.argv[2])

// The parent decides when to end: a Ctrl-C in its terminal is not for us.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})

process.stdin.resume()
process.stdin.on('error', () => {})
process.stdin.once('close', () => void endBroker())

async function endBroker(): Promise<void> {
  signal('SIGTERM')
  for (let waited = 0; waited < CLOSING_MAX_MS && signal(0); waited += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS)
  }
  signal('SIGKILL')
}

function signal(name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(broker, name)
  } catch {
    return false
  }
}
