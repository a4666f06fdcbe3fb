/** For `migrateAll` of `@wederhoor/runtime/migrate-all`; run by the owner of the database. */
export const mediationMigrations = {
  schema: 'mediation',
  directory: new URL('../migrations/', import.meta.url),
  /** The codes of one party. All else is codes, digests and random ids. */
  erasureTargets: [
    { schema: 'mediation', table: 'party_code', dossierColumn: 'dossier', ownerColumn: 'party' },
  ],
}
