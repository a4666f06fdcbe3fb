import { announce } from './announce.ts'

export const routes = () => [announce()]
