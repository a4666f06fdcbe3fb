import { memoryGuard } from './memory-guard.ts'
import { signingGuardConformance } from './signing-guard-conformance.ts'

signingGuardConformance('memory', async () => {
  const guard = memoryGuard()
  return { open: () => guard, close: async () => undefined }
})
