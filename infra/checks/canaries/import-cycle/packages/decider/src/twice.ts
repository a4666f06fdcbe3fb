import { accept } from './decider.ts'

export const twice = (event: string): string[] => [...accept(event), ...accept(event)]
