import { open } from './domain/case.ts'
import { caseList } from './views.ts'

export const routes = () => [...open(), ...caseList()]
