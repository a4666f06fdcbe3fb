import { Decision } from './decision.ts'

export const twice = (decision: Decision): Decision[] => [decision, decision]
