import { caseList } from '../../views.ts'

export const open = () => caseList()
