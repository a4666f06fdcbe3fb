/** Texts that were opened for a bundle may be erased before it is written: then it does not come to be. */
import type { Pool } from 'pg'
import { Refused } from './cli-failure.ts'

/** To ask right before a bundle of that dossier takes its name. @throws Refused. */
export async function assertNoneErased(
  pool: Pick<Pool, 'query'>,
  dossier: string,
  texts: readonly { readonly digest: string }[],
): Promise<void> {
  if (texts.length === 0) return
  const { rows } = await pool.query(
    `select from vault.sealed join vault.fence using (dossier, party)
     where sealed.dossier = $1 and sealed.digest = any ($2::bytea[]) limit 1`,
    [dossier, texts.map(({ digest }) => Buffer.from(digest, 'base64url'))],
  )
  if (rows.length > 0)
    throw new Refused('Somebody whose texts are in this bundle was erased meanwhile: export again.')
}
