import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

// Preloaded into each task. The bootstrap holds the other end of descriptor 3 and never writes: when it closes, the
// bootstrap was killed without a chance to pass anything on, and the task must not live on unseen with the data.
// Node hands this preload down to a task's own threads and forks, where descriptor 3 is something else.
if (isMainThread && process.env['WEDERHOOR_BOOTSTRAP'] === String(process.ppid)) {
  const parent = new Socket({ fd: 3, readable: true, writable: false })
  parent.on('error', () => undefined)
  parent.on('close', () => process.kill(process.pid, 'SIGKILL'))
  parent.resume()
  parent.unref()
}
