/** JSON pointers (RFC 6901) of one step: all that an event's fields need. */

export const pointer = (field: string): string =>
  `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`

export const fieldName = (path: string): string =>
  path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
