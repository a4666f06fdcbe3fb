/**
 * Progress for people, on standard error: a task's own output stays clean for programs.
 * @typedef {{ note(line: string): void, done(): void, failed(): void }} Step
 */

/**
 * @param {string} title
 * @param {NodeJS.WriteStream} [out]
 * @returns {Step}
 */
export function beginStep(title, out = process.stderr) {
  const began = Date.now()
  const spent = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  let detail = ''
  const redraw = () => out.write(`\r\u001b[2K  ${title} … ${spent()}  ${fit(detail, title, out)}`)
  if (!out.isTTY) out.write(`  ${title} …\n`)
  const timer = out.isTTY
    ? setInterval(redraw, 200)
    : setInterval(() => out.write(`  ${title} … ${spent()}  ${detail}\n`), 10_000)
  const end = (/** @type {string} */ verdict) => {
    clearInterval(timer)
    out.write(`${out.isTTY ? '\r\u001b[2K' : ''}  ${title}: ${verdict} in ${spent()}\n`)
  }
  return {
    note: (line) => {
      detail = line.trim()
    },
    done: () => end('done'),
    failed: () => end('failed'),
  }
}

/**
 * @param {string} detail
 * @param {string} title
 * @param {NodeJS.WriteStream} out
 */
function fit(detail, title, out) {
  return detail.slice(0, Math.max(0, (out.columns ?? 80) - title.length - 16))
}
