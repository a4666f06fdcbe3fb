/** The vault on PostgreSQL. */
import type { Pool } from 'pg'
import { type Vault, VaultError } from './port.ts'
import { postgresStorage } from './postgres-storage.ts'
import { type VaultParts, vaultOver } from './vault.ts'

/**
 * Expects the schema of `vaultMigrations`. Never ends the pool nor closes the access store; close the vault first.
 * @throws VaultError key-missing: keys here were wrapped by an epoch that the ring does not have (lost, destroyed, or the wrong files), and
 * new content would be sealed beside content that nobody can open; unavailable.
 */
export async function postgresVault(parts: VaultParts & { readonly pool: Pool }): Promise<Vault> {
  const storage = postgresStorage(parts.pool)
  const epochs = await parts.kek.epochs()
  const foreign = (await storage.keks()).find((kek) => !epochs.includes(kek))
  if (foreign !== undefined)
    throw new VaultError(
      'key-missing',
      `keys here need KEK epoch ${foreign}, there are ${epochs.join(', ')}: these are the keys of another ` +
        'installation, or this database was restored from a backup older than the destruction of that epoch',
    )
  const vault = vaultOver(storage, parts)
  return {
    ...vault,
    async close() {
      await storage.drained()
      await vault.close()
    },
  }
}
