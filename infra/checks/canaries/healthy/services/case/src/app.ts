import { announce } from './announce.ts'
import { routes } from './routes.ts'

export const buildCaseApp = () => [announce(), ...routes()]
