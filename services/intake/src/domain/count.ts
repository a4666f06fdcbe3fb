/** A count: one report for the figures. It happens once and nothing follows from it. */
import { accept, type Command, type Decider } from '@wederhoor/decider/decider'
import type { ReportCounted } from './events.ts'

export type CountReport = Command<'CountReport', Omit<ReportCounted, 'type'>>

export type Count = 'not-counted' | 'counted'

export const countDecider: Decider<CountReport, ReportCounted, Count, never> = {
  initial: 'not-counted',
  decide(command, state) {
    if (state === 'counted') return accept()
    const { type: _type, context: _context, ...facts } = command
    return accept({ type: 'ReportCounted', ...facts })
  },
  evolve: () => 'counted',
}
