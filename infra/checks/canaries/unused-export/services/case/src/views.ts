import { caseOpened } from './domain/events.ts'

export const caseList = () => [caseOpened]
export const nobodyAsks = () => 1
