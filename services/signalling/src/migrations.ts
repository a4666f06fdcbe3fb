/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const signallingMigrations = {
  schema: 'signalling',
  directory: new URL('../migrations/', import.meta.url),
}
