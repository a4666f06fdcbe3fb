/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const intakeMigrations = {
  schema: 'intake',
  directory: new URL('../migrations/', import.meta.url),
}
