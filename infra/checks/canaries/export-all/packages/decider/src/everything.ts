export * from './decider.ts'
