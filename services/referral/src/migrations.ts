/** For `migrate` of `@wederhoor/postgres/migrate`; run by the owner of the database. */
export const referralMigrations = {
  schema: 'referral',
  directory: new URL('../migrations/', import.meta.url),
}
