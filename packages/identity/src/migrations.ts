/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const identityMigrations = {
  schema: 'identity',
  directory: new URL('../migrations/', import.meta.url),
}
