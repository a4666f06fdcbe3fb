/** Who may: a declaration that each route carries. What nobody wrote down is not allowed. */
import type { Actor } from './actor.ts'

export interface Access {
  /** Also people of whom nothing is known. */
  readonly open: boolean
  /** Also somebody who brings an access code. Whether the code is right, the route itself asks. */
  readonly code: boolean
  /** Accounts with at least one of these roles, in the order in which a role is chosen. */
  readonly roles: readonly string[]
}

/** Accounts with at least one of these roles. */
export function roles(...names: readonly [string, ...string[]]): Access {
  return { open: false, code: false, roles: names }
}

/** Somebody who brings an access code instead of an account. */
export function withCode(): Access {
  return { open: false, code: true, roles: [] }
}

/** Everybody, without being asked who they are. */
export function everyone(): Access {
  return { open: true, code: false, roles: [] }
}

/** Whoever one of these lets in. `either(everyone(), roles('clerk'))` is open and still knows a clerk. */
export function either(...ways: readonly [Access, ...Access[]]): Access {
  return {
    open: ways.some((way) => way.open),
    code: ways.some((way) => way.code),
    roles: [...new Set(ways.flatMap((way) => way.roles))],
  }
}

/** The first declared role that the actor has; null where no role lets them in. */
export function grantedRole(access: Access | undefined, actor: Actor): string | null {
  return access?.roles.find((role) => actor.roles.includes(role)) ?? null
}

/** Whether the declaration lets this caller in. Without a declaration the answer is no. */
export function allowed(
  access: Access | undefined,
  actor: Actor,
  brought: { readonly code: boolean } = { code: false },
): boolean {
  if (access === undefined) return false
  if (access.open) return true
  if (access.code && brought.code) return true
  return grantedRole(access, actor) !== null
}
