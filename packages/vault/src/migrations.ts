/**
 * For `migrate` of `@wederhoor/postgres/migrate`. Run by the owner of the database; makes the roles `vault_owner` and
 * `vault_keeper` (both without login); whoever runs a vault is made a member of the keeper.
 */
export const vaultMigrations = {
  schema: 'vault',
  directory: new URL('../migrations/', import.meta.url),
}
