import { isCodeValidOn, type ListName } from './lists.ts'

export interface UnknownCode {
  /** JSON pointer to where it stood in the input. */
  readonly path: string
  readonly code: 'unknown-code'
  readonly message: string
}

/** Which of the written codes are on no list that day. Absent ones are nobody's mistake. */
export function unknownCodes(
  on: string,
  ...written: readonly {
    readonly path: string
    readonly list: ListName
    readonly codes: readonly (string | undefined)[]
  }[]
): readonly UnknownCode[] {
  return written.flatMap(({ path, list, codes }) =>
    codes
      .filter((one) => one !== undefined && !isCodeValidOn(list, one, on))
      .map(() => ({
        path,
        code: 'unknown-code' as const,
        message: `not on the list ${list} on ${on.slice(0, 10)}`,
      })),
  )
}
