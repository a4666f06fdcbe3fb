import type { FastifyInstance } from 'fastify'

/**
 * `app.close()` stops listening, lets requests finish that are under way, and then lets go of every connection. What
 * is not finished within `closeMsMax` is cut off: a command that was appended by then is found by its repeat.
 */
export function closeGracefully(app: FastifyInstance, closeMsMax: number): void {
  let closing = false
  let cutting: NodeJS.Timeout | undefined
  app.addHook('preClose', (done) => {
    closing = true
    cutting = setTimeout(() => app.server.closeAllConnections(), closeMsMax)
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close')
    done()
  })
  app.addHook('onClose', async () => clearTimeout(cutting))
}
