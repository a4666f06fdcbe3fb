import { unknownCodes } from '@wederhoor/contracts/unknown-codes'
import { problem } from '@wederhoor/http/problem'

/** 400 with every code that is on no list today. */
export function requireCodes(on: string, ...written: Parameters<typeof unknownCodes>[1]): void {
  const errors = unknownCodes(on, written)
  if (errors.length === 0) return
  throw problem(400, {
    code: 'invalid-input',
    detail: `${errors.length} codes are on no list.`,
    errors,
  })
}
