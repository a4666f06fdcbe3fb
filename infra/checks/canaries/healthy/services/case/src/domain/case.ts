import { accept } from '@wederhoor/decider/decider'
import { caseOpened } from './events.ts'

export const open = () => accept(caseOpened)
