import { topic } from '@wederhoor/contracts/published'
import { caseOpened } from './domain/events.ts'

export const announce = () => `${topic}: ${caseOpened}`
