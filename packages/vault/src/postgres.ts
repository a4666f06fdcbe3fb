/** The vault on PostgreSQL. */
import type { Pool } from 'pg'
import { type Vault, VaultError } from './port.ts'
import { postgresStorage } from './postgres-storage.ts'
import { type VaultParts, vaultOver } from './vault.ts'

/**
 * Expects the schema of `vaultMigrations`. Never ends the pool nor closes the access store; close the vault first.
 * @throws VaultError key-missing: keys here were wrapped by another KEK than the given one (lost, or the wrong file), and
 * new content would be sealed beside content that nobody can open; unavailable.
 */
export async function postgresVault(parts: VaultParts & { readonly pool: Pool }): Promise<Vault> {
  const storage = postgresStorage(parts.pool)
  const foreign = (await storage.keks()).find((kek) => kek !== parts.kek.id)
  if (foreign !== undefined)
    throw new VaultError('key-missing', `keys here need KEK ${foreign}, not ${parts.kek.id}`)
  const vault = vaultOver(storage, parts)
  return {
    ...vault,
    async close() {
      await storage.drained()
      await vault.close()
    },
  }
}
