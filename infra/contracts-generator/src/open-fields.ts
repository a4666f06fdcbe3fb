import type { PublishedDeclaration } from '@wederhoor/contracts/published'

/** Per field one line, sorted: `type name: reason`; `name?` may be absent. What stands here everybody may read for ever. */
export function describePublishedFields(
  events: readonly PublishedDeclaration[],
): readonly string[] {
  return events
    .flatMap(({ type, fields }) =>
      Object.entries(fields).map(([name, { reason, schema }]) => {
        const optional = schema.safeParse(undefined).success ? '?' : ''
        return `${type} ${name}${optional}: ${reason}`
      }),
    )
    .sort()
}
