/** The environment of the command line; the only reader of `process.env` here. */
import { z } from 'zod'

const schema = z.object({ DATABASE_URL: z.string().min(1).optional() })

export const cliConfig = () => schema.parse(process.env)
