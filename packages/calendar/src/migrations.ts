/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const clockMigrations = {
  schema: 'clock',
  directory: new URL('../migrations/', import.meta.url),
}
