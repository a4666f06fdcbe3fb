import { join } from 'node:path'
import { fileGuard } from '@wederhoor/ledger/file-guard'
import type { SigningGuard } from '@wederhoor/ledger/signing-guard'
import { fileSigningKeys, type SigningKeys } from './signing-keys.ts'

/**
 * What signing needs of an installation, in files: the keys in `<keysDirectory>/signing`, the guards in `guardDirectory`.
 * The guard protects against a restore of the database only as far as its folder is not restored with it.
 */
export const evidenceFiles = (at: {
  readonly keysDirectory: string
  readonly guardDirectory: string
}): {
  readonly signingKeys: SigningKeys
  readonly guardOf: (ledgerName: string) => SigningGuard
} => ({
  signingKeys: fileSigningKeys({ directory: join(at.keysDirectory, 'signing') }),
  guardOf: (name) => fileGuard({ directory: at.guardDirectory, name }),
})
