/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const mediationMigrations = {
  schema: 'mediation',
  directory: new URL('../migrations/', import.meta.url),
}
