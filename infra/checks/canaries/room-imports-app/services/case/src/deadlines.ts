import { buildCaseApp } from './app.ts'

export const deadlines = () => buildCaseApp()
