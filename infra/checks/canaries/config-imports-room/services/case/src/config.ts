import { caseList } from './views.ts'

export const readPort = () => caseList().join()
