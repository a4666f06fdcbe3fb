import { checkForward, type GuardedTree, isSameTree, type SigningGuard } from './signing-guard.ts'

/** A guard for tests and for simulation: it protects nothing beyond the life of its process. */
export function memoryGuard(): SigningGuard {
  let kept: GuardedTree | undefined
  return {
    read: async () => kept,
    async compareAndSet(from, to) {
      if (!isSameTree(kept, from)) return 'other'
      checkForward(from, to)
      kept = { ...to, root: Uint8Array.from(to.root) }
      return 'set'
    },
  }
}
