import type { HoldGround } from './erasure-events.ts'

/** Something that runs or ran in a dossier elsewhere: while it runs it holds an erasure back. */
export interface Matter {
  readonly id: string
  readonly dossier: string
  readonly kind: 'hearing' | 'mediation' | 'referral'
  /** Left as it was where it is not said. */
  readonly running?: boolean
  /** One party was served what another said. */
  readonly served?: boolean
}

const grounds: Readonly<Record<Matter['kind'], string>> = {
  hearing: 'lopend-hoor-en-wederhoor',
  mediation: 'lopende-bemiddeling',
  referral: 'lopende-doorverwijzing',
}

/** On what ground it holds. */
export const groundOf = (kind: Matter['kind']): HoldGround => grounds[kind] as string as HoldGround
