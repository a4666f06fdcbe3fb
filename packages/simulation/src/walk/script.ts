/** How a walk is told: each step is a person, what they did, and the status they got; an unplanned one ends the walk. */
import type { Answer, Caller, People } from '../people.ts'

export interface Step {
  readonly who: string
  readonly did: string
  readonly status: number
}

export interface WalkWorld {
  readonly people: People
  now(): Promise<string>
  /** Resolves when everything set in motion has come to rest. */
  settled(): Promise<void>
  /** A day goes by, and what was due by then has happened; nothing where reports are counted at once. */
  dayPasses(): Promise<void>
}

export class WalkBroken extends Error {
  readonly code = 'walk-broken'
  constructor(step: Step, expected: string, body: unknown) {
    super(
      `${step.who}: ${step.did} gave ${step.status} instead of ${expected}: ${JSON.stringify(body)}`,
    )
    this.name = 'WalkBroken'
  }
}

export interface Script {
  readonly steps: readonly Step[]
  readonly world: WalkWorld
  /** Somebody reads something; without `expected` any success will do. @throws WalkBroken */
  reads(
    who: string,
    did: string,
    from: readonly [service: string, path: string],
    expected?: number,
  ): Promise<Answer['body']>
  /** Somebody does something; a refusal that is part of the story is named in `expected`. @throws WalkBroken */
  does(
    who: string,
    did: string,
    to: readonly [service: string, path: string],
    body?: object,
    expected?: number,
  ): Promise<Answer['body']>
}

/** `codes` holds the access codes that people were given, by whom. */
export function script(
  world: WalkWorld,
  codes: ReadonlyMap<string, string>,
  say: (step: Step) => void,
): Script {
  const steps: Step[] = []

  function callerOf(who: string): Caller {
    const code = codes.get(who)
    if (code !== undefined) return world.people.withCode(code)
    return who === 'melder' || who === 'somebody' ? world.people.nobody : world.people.as(who)
  }

  async function note(
    who: string,
    did: string,
    answer: Answer,
    expected: number | undefined,
  ): Promise<Answer['body']> {
    const step = { who, did, status: answer.status }
    steps.push(step)
    say(step)
    const planned = expected === undefined ? answer.status < 300 : answer.status === expected
    if (!planned) throw new WalkBroken(step, String(expected ?? '2xx'), answer.body)
    await world.settled()
    return answer.body
  }

  return {
    steps,
    world,
    reads: async (who, did, [service, path], expected) =>
      note(who, did, await callerOf(who).get(service, path), expected),
    does: async (who, did, [service, path], body, expected) =>
      note(who, did, await callerOf(who).post(service, path, body), expected),
  }
}
