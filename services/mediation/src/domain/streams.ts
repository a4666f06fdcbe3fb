/** Where hearings and mediations stand in the ledger: one stream each, by their own random ids. */
export const hearingStream = (hearing: string): string => `hearing-${hearing}`
export const mediationStream = (mediation: string): string => `mediation-${mediation}`
