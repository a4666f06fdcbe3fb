import { hostname } from 'node:os'

export const react = () => hostname()
