import { evidenceModel } from './evidence-model.ts'
import { memoryPlace } from './evidence-place.fixture.ts'

evidenceModel('memory', { open: async () => memoryPlace(), numRuns: 60, maxCommands: 60 })
