/**
 * The reviewed list of all stored fields: which are open and why, which are sensitive and whose. A change of it is a change
 * of what everybody may read for ever, so it is read by a person, not only by a test.
 */
import { type EventDeclarations, listOf } from './event-codec.ts'
import { type DeclaredField, fieldOf, isMaybe } from './fields.ts'

/** Per field one line, sorted: `Type.v1 name: open — reason` or `Type.v1 name: sensitive — of party`; `name?` may be absent. */
export function describeOpenFields(declarations: EventDeclarations): readonly string[] {
  return listOf(declarations)
    .flatMap(({ type, version, fields }) =>
      Object.entries(fields).map(
        ([name, declared]) => `${type}.v${version} ${describe(name, declared)}`,
      ),
    )
    .sort()
}

function describe(name: string, declared: DeclaredField): string {
  const field = fieldOf(declared)
  const what = field.kind === 'open' ? `open — ${field.reason}` : `sensitive — of ${field.party}`
  return `${name}${isMaybe(declared) ? '?' : ''}: ${what}`
}
