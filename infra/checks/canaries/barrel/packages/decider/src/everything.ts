export { accept } from './decider.ts'
