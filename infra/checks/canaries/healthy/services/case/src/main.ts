import { buildCaseApp } from './app.ts'
import { readPort } from './config.ts'

console.log(buildCaseApp(), readPort())
