import { accept } from './decider'

export const twice = (event: string) => [...accept(event), ...accept(event)]
