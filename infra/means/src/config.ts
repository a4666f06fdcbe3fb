/** What this package reads from the environment; nothing else here touches `process.env`. */
export type MeansEnvironment = {
  /** `PATH`: where programs are looked for. */
  readonly searchPath: string
  /** `CI=true`: there a suite that cannot run is a failure, not a skipped suite. */
  readonly absenceFails: boolean
  /** All of it, for the programs that are started: Go finds its caches and its module proxy there. */
  readonly all: Readonly<Record<string, string | undefined>>
}

export function readMeansEnvironment(): MeansEnvironment {
  return {
    searchPath: process.env['PATH'] ?? '',
    absenceFails: process.env['CI'] === 'true',
    all: { ...process.env },
  }
}
