/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const httpMigrations = {
  schema: 'http',
  directory: new URL('../migrations/', import.meta.url),
}
