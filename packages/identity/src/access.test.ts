import { describe, expect, test } from 'vitest'
import { allowed, either, everyone, grantedRole, roles, withCode } from './access.ts'
import { type Actor, nobody } from './actor.ts'

const clerk: Actor = { ...nobody, subject: 'a', person: 'a', roles: ['clerk', 'auditor'] }

describe('a route without a declaration', () => {
  test('lets nobody in', () => {
    expect(allowed(undefined, clerk)).toBe(false)
    expect(allowed(undefined, nobody, { code: true })).toBe(false)
  })
})

describe('a route for roles', () => {
  test('lets in an account with one of them, and names it in the order of the route', () => {
    expect(allowed(roles('judge', 'auditor', 'clerk'), clerk)).toBe(true)
    expect(grantedRole(roles('judge', 'auditor', 'clerk'), clerk)).toBe('auditor')
  })

  test('refuses another role, nobody, and a code', () => {
    expect(allowed(roles('judge'), clerk)).toBe(false)
    expect(allowed(roles('judge'), nobody)).toBe(false)
    expect(allowed(roles('judge'), nobody, { code: true })).toBe(false)
  })
})

describe('a route for a code', () => {
  test('lets in whoever brings one, and no account without one', () => {
    expect(allowed(withCode(), nobody, { code: true })).toBe(true)
    expect(allowed(withCode(), nobody)).toBe(false)
    expect(allowed(withCode(), clerk)).toBe(false)
  })
})

describe('several ways in', () => {
  test('each of them suffices', () => {
    const access = either(roles('judge'), withCode(), roles('clerk', 'judge'))
    expect(access).toEqual({ open: false, code: true, roles: ['judge', 'clerk'] })
    expect(allowed(access, clerk)).toBe(true)
    expect(allowed(access, nobody, { code: true })).toBe(true)
    expect(allowed(access, nobody)).toBe(false)
  })

  test('an open route still knows the role of an account', () => {
    const access = either(everyone(), roles('clerk'))
    expect(allowed(access, nobody)).toBe(true)
    expect(grantedRole(access, clerk)).toBe('clerk')
    expect(grantedRole(access, nobody)).toBeNull()
  })
})
