import { caseOpened } from './domain/events.ts'

export const caseList = () => [caseOpened]
