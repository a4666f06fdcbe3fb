import type { House } from './house.ts'

const RENEW_AFTER_MS = 6 * 3_600_000

/** Tokens of the demonstration's people, renewed well before they expire by the house's clock. */
export function tokens(house: House): (name: string) => Promise<string> {
  const kept = new Map<string, { readonly token: string; readonly atMs: number }>()
  return async (name) => {
    const nowMs = Date.parse(await house.clock.now())
    const known = kept.get(name)
    if (known !== undefined && nowMs - known.atMs < RENEW_AFTER_MS) return known.token
    const response = await fetch(`${house.baseUrls.login}/v1/accounts/${name}/token`)
    if (!response.ok) throw new Error(`no token for ${name}: ${response.status}`)
    const token = await response.text()
    kept.set(name, { token, atMs: nowMs })
    return token
  }
}
