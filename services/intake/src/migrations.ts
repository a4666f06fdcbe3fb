/** For `migrateAll` of `@wederhoor/runtime/migrate-all`; run by the owner of the database. */
export const intakeMigrations = {
  schema: 'intake',
  directory: new URL('../migrations/', import.meta.url),
  /** What is kept for the melder alone: what they see by code, and what is still to be counted of them. */
  erasureTargets: [
    { schema: 'intake', table: 'step', dossierColumn: 'dossier', ownerColumn: 'melder' },
    { schema: 'intake', table: 'to_count', dossierColumn: 'dossier', ownerColumn: 'melder' },
  ],
}
