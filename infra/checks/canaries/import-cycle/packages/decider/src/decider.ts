import { twice } from './twice.ts'

export const accept = (event: string): string[] => (event === '' ? twice(event) : [event])
