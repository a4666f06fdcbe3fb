import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import json from '../policy/2024-01.json' with { type: 'json' }
import { codesValidOn } from './lists.ts'
import {
  canonicalPolicy,
  loadPolicy,
  policyInForceOn,
  policyVersion,
  policyVersions,
  powerFor,
  publishedPolicyHash,
} from './policy.ts'
import { acceptsLocalValue, durationOf, termOf } from './policy-settings.ts'

const on = '2026-11-01'
const policy = loadPolicy(json)
const { settings } = policy

describe('the published policies', () => {
  test.each([...policyVersions])('%s is what its hash says, for ever', (version) => {
    const sha256 = createHash('sha256')
      .update(canonicalPolicy(version) ?? '', 'utf8')
      .digest('hex')
    expect(sha256).toBe(publishedPolicyHash(version))
  })

  test('are all the files there are', () => {
    const folder = readdirSync(new URL('../policy', import.meta.url))
    const versions = folder.filter((name) => /^\d{4}-\d{2}\.json$/.test(name))
    expect(versions.map((name) => name.slice(0, 7))).toEqual(policyVersions)
  })

  test('are in force from 2024 without end, and not before', () => {
    expect(policyInForceOn('2023-12-31')).toBeUndefined()
    expect(policyInForceOn('2024-01-01')?.version).toBe('2024-01')
    expect(policyInForceOn('2031-05-05T10:00:00.000Z')?.version).toBe('2024-01')
    expect(policyVersion('2024-01')).toEqual(policy)
    expect(policyVersion('1999-01')).toBeUndefined()
    expect(canonicalPolicy('1999-01')).toBeUndefined()
  })

  test('are refused when a term is missing, zero, unnamed or without a direction', () => {
    const withTerm = (change: object) => ({
      ...json,
      settings: {
        ...json.settings,
        intake: {
          ...json.settings.intake,
          acceptWithin: { ...json.settings.intake.acceptWithin, ...change },
        },
      },
    })
    expect(() => loadPolicy(withTerm({}))).not.toThrow()
    expect(() => loadPolicy(withTerm({ value: 0 }))).toThrow()
    expect(() => loadPolicy(withTerm({ unit: 'fortnights' }))).toThrow()
    expect(() => loadPolicy(withTerm({ level: 'fixed' }))).toThrow('says what is stricter')
    expect(() => loadPolicy({ ...json, settings: { ...json.settings, intake: {} } })).toThrow()
  })
})

describe('the terms of the procedure', () => {
  test('are those of the published practice', () => {
    expect(termOf(settings.intake.acceptWithin)).toEqual({
      unit: 'workingDays',
      count: 2,
      kind: 'own',
    })
    expect(termOf(settings.intake.firstContactWithin).count).toBe(5)
    expect(settings.intake.refusalsBeforeAssignment.value).toBe(2)
    expect(durationOf(settings.case.permitValidFor)).toEqual({ unit: 'minutes', count: 15 })
    const { answerWithin, remindAfter, silentAfter } = settings.mediation
    expect([answerWithin, remindAfter, silentAfter].map((term) => term.value)).toEqual([14, 15, 29])
    expect(termOf(settings.mediation.hearingWithin)).toEqual({
      unit: 'weeks',
      count: 6,
      kind: 'own',
    })
    expect(settings.mediation.hearingExtension.value).toBe(4)
  })

  test('hold a law only where the law is meant', () => {
    const all = Object.values(settings).flatMap((group) => Object.values(group))
    for (const setting of all) {
      if (setting.mark === 'law') expect(setting.level).toBe('fixed')
      const statutory = 'kind' in setting && setting.kind === 'statutory'
      expect(statutory).toBe(setting.mark === 'law')
    }
  })

  test('ask a covenant of the partners whose list says so (REF-07)', () => {
    const kinds = codesValidOn('ketenpartner', on)
    expect(settings.referral.covenantKinds.value.every((code) => kinds.includes(code))).toBe(true)
  })
})

describe('a desk that sets its own value', () => {
  test('may be stricter than a national minimum and never less strict (GOV-06)', () => {
    expect(acceptsLocalValue(settings.intake.acceptWithin, 1)).toBe(true)
    expect(acceptsLocalValue(settings.intake.acceptWithin, 3)).toBe(false)
    expect(acceptsLocalValue(settings.signalling.smallestGroup, 10)).toBe(true)
    expect(acceptsLocalValue(settings.signalling.smallestGroup, 4)).toBe(false)
  })

  test('may not touch what is fixed, and is free where it is free', () => {
    expect(acceptsLocalValue(settings.mediation.answerWithin, 13)).toBe(false)
    expect(acceptsLocalValue(settings.mediation.answerWithin, 14)).toBe(true)
    expect(acceptsLocalValue(settings.case.adviceFollowUpWithin, 6)).toBe(true)
    expect(acceptsLocalValue(settings.case.adviceFollowUpWithin, 0)).toBe(false)
  })
})

describe('the powers', () => {
  test('each act rests on one power (BEV-11)', () => {
    const acts = policy.powers.flatMap((power) => power.acts)
    expect(new Set(acts).size).toBe(acts.length)
    expect(powerFor(policy, 'serve', on)?.code).toBe('hoor-en-wederhoor')
    expect(powerFor(policy, 'serve', '2023-12-31')).toBeUndefined()
    expect(powerFor(policy, 'impose-sanction', on)).toBeUndefined()
  })

  test.each([
    ['note-contact', 'bijstand'],
    ['set-safe-contact', 'bijstand'],
    ['take-role', 'bijstand'],
    ['add-file', 'bijstand'],
    ['add-own-file', 'eigen-zaak'],
    ['give-permission', 'eigen-zaak'],
    ['decline-permission', 'eigen-zaak'],
    ['withdraw-permission', 'eigen-zaak'],
    ['register-covenant', 'doorverwijzing'],
    ['revoke-covenant', 'doorverwijzing'],
    ['raise-stuck-case', 'antwoord-ontvanger'],
  ])('%s rests on %s, and is not borrowed from another act', (act, power) => {
    expect(powerFor(policy, act, on)?.code).toBe(power)
  })

  test('no sanction, opsporing or binding judgement exists, nor any duty to answer (BEV-01, BEV-02, BEV-05, WED-06)', () => {
    const held = policy.powers.filter((power) => !power.active).map((power) => power.code)
    for (const code of [
      'sanctie',
      'opsporing',
      'bindend-oordeel',
      'antwoordplicht',
      'gespreksplicht',
      'medewerkingsplicht',
    ]) {
      expect(held).toContain(code)
    }
  })

  test('one that is held back cannot carry an act', () => {
    const [first, ...others] = json.powers
    const broken = { ...json, powers: [{ ...first, active: false }, ...others] }
    expect(() => loadPolicy(broken)).toThrow('one of the two')
  })
})
