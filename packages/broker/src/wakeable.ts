/** A pause that ends early when somebody calls `wake`. A call while nobody pauses ends the next pause at once. */
export function wakeable(): { wake(): void; pause(timeMs: number): Promise<void> } {
  let woken = false
  let resume: (() => void) | undefined
  return {
    wake() {
      woken = true
      resume?.()
    },
    async pause(timeMs) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeMs)
          resume = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      resume = undefined
      woken = false
    },
  }
}
