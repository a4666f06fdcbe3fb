import { randomUUID } from 'node:crypto'

export const open = () => [randomUUID()]
