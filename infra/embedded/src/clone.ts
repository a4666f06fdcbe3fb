import { fileURLToPath } from 'node:url'

/** The folder of this clone: what is made at run time goes into its ignored `.wederhoor`. */
export const clone = fileURLToPath(new URL('../../..', import.meta.url))
