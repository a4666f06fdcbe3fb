/** Everybody in one case, as its stories need them: who acts, under which key, and what answer was planned for. */
import type { Answer, Caller, People } from '../people.ts'
import type { PlannedMelding } from '../year.ts'

export type Body = Answer['body']

/** An answer nobody planned for: a fault of the house or of the story. */
export class Unplanned extends Error {
  readonly code = 'unplanned'
  constructor(what: string, answer: Answer) {
    const detail = answer.body['detail']
    super(`${what}: ${answer.status} ${codeOf(answer)} ${typeof detail === 'string' ? detail : ''}`)
    this.name = 'Unplanned'
  }
}

export interface Tale {
  readonly dossier: string
  readonly planned: PlannedMelding
  readonly contactPerson: Caller
  /** A second person at the same desk. */
  readonly colleague: Caller
  readonly melder: Caller
  readonly national: Caller
  partner(code: string): Caller
  withCode(code: string): Caller
  /**
   * Somebody does something, once: the step names it, so that a repeat after a crash is recognised. `plannedFor` are the
   * statuses that belong to the story besides success. @throws Unplanned
   */
  does(who: Caller, step: string, to: To, plannedFor?: readonly number[]): Promise<Answer>
  /** @throws Unplanned */
  reads(who: Caller, step: string, service: string, path: string): Promise<Body>
}

export interface To {
  readonly service: string
  readonly path: string
  readonly body?: object
}

export function tale(of: {
  readonly dossier: string
  readonly code: string
  readonly desk: string
  readonly planned: PlannedMelding
  readonly people: People
}): Tale {
  const { dossier, code, desk, planned, people } = of
  return {
    dossier,
    planned,
    contactPerson: people.as(accountOf(desk)),
    colleague: people.as(colleagueOf(desk)),
    melder: people.withCode(code),
    national: people.as('nora'),
    partner: (name) => people.as(partnerAccountOf(name)),
    withCode: people.withCode,
    async does(who, step, { service, path, body }, plannedFor = []) {
      const answer = await who.post(service, path, body, `${planned.key}-${step}`)
      if (answer.status < 300 || plannedFor.includes(answer.status)) return answer
      throw new Unplanned(step, answer)
    },
    async reads(who, step, service, path) {
      const answer = await who.get(service, path)
      if (answer.status === 200) return answer.body
      throw new Unplanned(step, answer)
    },
  }
}

/** Accounts of a simulated instance: a desk's caseworker, that one's colleague, and somebody at a chain partner. */
export const accountOf = (desk: string): string => `consulent-${desk}`
export const colleagueOf = (desk: string): string => `collega-${desk}`
export const partnerAccountOf = (partner: string): string => `partner-${partner}`

export const codeOf = (answer: Answer): string => String(answer.body['code'] ?? answer.status)
