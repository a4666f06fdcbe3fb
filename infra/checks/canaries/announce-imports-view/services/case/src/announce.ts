import { caseList } from './views.ts'

export const announce = () => caseList().join()
