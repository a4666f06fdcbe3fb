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

interface Cell {
  readonly name: CellName
  readonly number: number
  hidden: boolean
  /** The sums it stands in, as a part or as the whole. */
  readonly sums: CellSum[]
}

interface CellSum {
  readonly whole: Cell
  /** The smallest first. */
  readonly parts: readonly Cell[]
  /** Waits to be looked at. */
  waiting: boolean
}

/** Names of the numbers to withhold, of those in `numbers`; what is not in it is zero and withheld anyway. */
export function withheld(
  numbers: ReadonlyMap<CellName, number>,
  sums: readonly Sum[],
  smallestGroup: number,
): ReadonlySet<CellName> {
  const cells = new Map<CellName, Cell>()
  for (const [name, number] of numbers)
    cells.set(name, { name, number, hidden: number < smallestGroup, sums: [] })
  const waiting = sums.flatMap((sum) => cellSum(sum, cells))
  for (;;) {
    const sum = waiting.pop()
    if (sum === undefined) break
    sum.waiting = false
    protect(sum)
  }
  return new Set([...cells.values()].flatMap((cell) => (cell.hidden ? cell.name : [])))

  function protect(sum: CellSum): void {
    while (givesAway(sum, smallestGroup)) {
      // The smallest that is still shown: it says least. When none is left, the whole itself.
      const next = sum.parts.find((cell) => !cell.hidden) ?? sum.whole
      next.hidden = true
      for (const other of next.sums) {
        if (other === sum || other.waiting) continue
        other.waiting = true
        waiting.push(other)
      }
    }
  }
}

function cellSum({ whole, parts }: Sum, cells: ReadonlyMap<CellName, Cell>): CellSum[] {
  const wholeCell = cells.get(whole)
  if (wholeCell === undefined) return []
  const sum: CellSum = {
    whole: wholeCell,
    parts: parts
      .flatMap((name) => cells.get(name) ?? [])
      .sort((left, right) => left.number - right.number || (left.name < right.name ? -1 : 1)),
    waiting: true,
  }
  for (const cell of [wholeCell, ...sum.parts]) cell.sums.push(sum)
  return [sum]
}

function givesAway({ whole, parts }: CellSum, smallestGroup: number): boolean {
  let secret = 0
  let together = 0
  for (const { hidden, number } of parts) {
    if (!hidden) continue
    secret += 1
    together += number
  }
  if (whole.hidden) return secret === 0 && parts.length > 0
  return secret > 0 && (secret < 2 || together < smallestGroup)
}
