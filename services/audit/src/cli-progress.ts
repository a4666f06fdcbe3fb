/** A bar that fills on a terminal; nothing anywhere else. */
import type { WriteStream } from 'node:tty'

export interface ProgressBar {
  readonly show: (done: number, of: number) => void
  /** Takes the bar away. */
  readonly end: () => void
}

const CELLS = 30

export function progressBar(
  stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean },
): ProgressBar {
  let shown = ''
  const draw = (line: string): void => {
    if (stream.isTTY !== true || line === shown) return
    stream.write(`\r${line.padEnd(shown.length)}`)
    shown = line
  }
  return {
    show(done, of) {
      const part = of === 0 ? 1 : done / of
      const filled = Math.floor(part * CELLS)
      const bar = '#'.repeat(filled).padEnd(CELLS, '.')
      draw(`[${bar}] ${String(Math.floor(part * 100)).padStart(3)}%`)
    },
    end() {
      if (shown === '') return
      stream.write(`\r${' '.repeat(shown.length)}\r`)
      shown = ''
    },
  }
}
