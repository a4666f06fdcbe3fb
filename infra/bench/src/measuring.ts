/** One measurement: writers in a closed loop for some seconds. */
export interface Measurement {
  readonly perSecond: number
  readonly acknowledged: number
}

export async function measureWriters(
  writers: number,
  seconds: number,
  append: (writer: number, turn: number) => Promise<void>,
): Promise<Measurement> {
  const endMs = performance.now() + seconds * 1_000
  const beganMs = performance.now()
  let acknowledged = 0
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let turn = 0; performance.now() < endMs; turn += 1) {
        await append(writer, turn)
        acknowledged += 1
      }
    }),
  )
  return { perSecond: acknowledged / ((performance.now() - beganMs) / 1_000), acknowledged }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** The value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))
