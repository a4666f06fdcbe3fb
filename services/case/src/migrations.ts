/** `case` is a word of SQL itself, hence the plural. For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const caseMigrations = {
  schema: 'cases',
  directory: new URL('../migrations/', import.meta.url),
}
