/**
 * Which numbers of a set of tables are withheld (AVG-01). A number below the smallest group is; so is another one of the
 * same sum wherever a withheld number could be found by subtraction, until no single sum gives one away:
 * behind a shown total either nothing is withheld, or at least two numbers that together make a whole group.
 * Zero looks the same as a small number: it is withheld and says nothing (SIG-13).
 */

/** Name of a number, unique over all tables that are shown from the same reports. */
export type CellName = string

/** A shown sum: the parts add up to the whole, or to more where one report counts in several parts. */
export interface Sum {
  readonly whole: CellName
  readonly parts: readonly CellName[]
}

/** Names of the numbers to withhold, of those in `numbers`; what is not in it is zero and withheld anyway. */
export function withheld(
  numbers: ReadonlyMap<CellName, number>,
  sums: readonly Sum[],
  smallestGroup: number,
): ReadonlySet<CellName> {
  const hidden = new Set<CellName>()
  for (const [name, number] of numbers) if (number < smallestGroup) hidden.add(name)
  const ordered = sums.map(({ whole, parts }) => ({
    whole,
    parts: parts
      .filter((name) => numbers.has(name))
      .toSorted((left, right) => numberOf(left) - numberOf(right) || (left < right ? -1 : 1)),
  }))
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size
    for (const sum of ordered) protect(sum)
  }
  return hidden

  function protect({ whole, parts }: Sum): void {
    while (givesAway(whole, parts)) {
      // The smallest that is still shown: it says least. When none is left, the whole itself.
      hidden.add(parts.find((name) => !hidden.has(name)) ?? whole)
    }
  }

  function givesAway(whole: CellName, parts: readonly CellName[]): boolean {
    const secret = parts.filter((name) => hidden.has(name))
    if (hidden.has(whole)) return secret.length === 0 && parts.length > 0
    if (secret.length === 0) return false
    const together = secret.reduce((sum, name) => sum + numberOf(name), 0)
    return secret.length < 2 || together < smallestGroup
  }

  function numberOf(name: CellName): number {
    return numbers.get(name) ?? 0
  }
}
