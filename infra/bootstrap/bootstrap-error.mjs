/** The world failed before the task could start. The message is for a person: what happened, then what to do. */
export class BootstrapError extends Error {
  /**
   * @param {string} code
   * @param {string} happened
   * @param {string} remedy
   */
  constructor(code, happened, remedy) {
    super(`${happened}\n${remedy}`)
    this.name = 'BootstrapError'
    this.code = code
    this.remedy = remedy
  }
}

/**
 * Known causes in the words of npm, pnpm and Node, most telling first: [code, words, what happened, remedy].
 * @type {ReadonlyArray<readonly [string, RegExp, string, string]>}
 */
const causes = [
  [
    'disk-full',
    /ENOSPC|EDQUOT|no space left/i,
    'The disk is full.',
    'Free about 1 GB on the disk of this folder and of your home folder, then start again.',
  ],
  [
    'no-write-permission',
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    'Something here may not be written.',
    'Give your user write access to this folder (and to its npm cache in your home folder), or clone into a folder of your own.',
  ],
  [
    'content-differs',
    /EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY|integrity check/i,
    'A package from the registry is not the one this project was made with.',
    'Do not use it. Empty the caches (`npm cache clean --force`), and if it stays so, ask whoever runs your registry.',
  ],
  [
    'no-such-package',
    /E404|ETARGET|ERR_PNPM_FETCH_404|ERR_PNPM_NO_MATCHING_VERSION|notarget/,
    'The registry does not have a package that this project needs.',
    'Check which registry npm uses (`npm config get registry`): it must be a full mirror of the public one.',
  ],
  [
    'no-registry',
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ERR_SOCKET_TIMEOUT|CERT_|SELF_SIGNED|UNABLE_TO_|EIDLETIMEOUT|ERR_PNPM_META_FETCH_FAIL|fetch failed/,
    'No package registry can be reached.',
    'Check the network, a proxy (`npm config get proxy`) and the registry (`npm config get registry`). Only the first start, and one after an update, need it.',
  ],
  [
    'lock-file-differs',
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not fit a package.json.',
    'Undo local changes to package.json files, or update the lock file with `pnpm install`.',
  ],
]

/**
 * npm may end well on a full disk and leave half a package, so what the disk says comes before any words.
 * @param {string} doing
 * @param {unknown} error
 * @param {number | undefined} freeBytes
 * @returns {unknown}
 */
export function blameFullDisk(doing, error, freeBytes) {
  if (freeBytes === undefined || freeBytes > 5_000_000) return error
  return diagnose(doing, 'ENOSPC')
}

/**
 * @param {string} doing what was being done, for the first line
 * @param {string} words everything the failing program said
 * @returns {BootstrapError}
 */
export function diagnose(doing, words) {
  const lines = words.trim().split('\n')
  for (const [code, pattern, happened, remedy] of causes) {
    const telling = lines.filter((line) => pattern.test(line)).slice(0, 2)
    if (telling.length > 0) {
      return new BootstrapError(code, `${telling.join('\n')}\n${doing} failed: ${happened}`, remedy)
    }
  }
  return new BootstrapError(
    'install-failed',
    `${lines.slice(-15).join('\n')}\n${doing} failed.`,
    'The words above are all that is known. Starting again continues where it stopped.',
  )
}
