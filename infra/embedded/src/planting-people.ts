/** People who put a planted text wherever they write something in their own words. */
import type { Answer, Caller, People } from '@wederhoor/simulation/people'

export type Heard = (
  answer: Answer,
  to: { readonly service: string; readonly path: string },
) => void

/** `heard` gets each answer to a POST. A text in somebody's own words is told by its blanks: no code or id has one. */
export function plantingPeople(people: People, planted: string, heard: Heard): People {
  const planting = (caller: Caller): Caller => ({
    get: (service, path) => caller.get(service, path),
    async post(service, path, body, key) {
      const answer = await caller.post(service, path, body && plantIn(body, planted), key)
      heard(answer, { service, path })
      return answer
    },
  })
  return {
    as: (name) => planting(people.as(name)),
    withCode: (code) => planting(people.withCode(code)),
    nobody: planting(people.nobody),
    statuses: people.statuses,
  }
}

const plantIn = (body: object, planted: string): object => plant(body, planted) as object

function plant(value: unknown, planted: string): unknown {
  if (typeof value === 'string') return value.includes(' ') ? planted : value
  if (Array.isArray(value)) return value.map((one) => plant(one, planted))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, plant(member, planted)]),
  )
}
