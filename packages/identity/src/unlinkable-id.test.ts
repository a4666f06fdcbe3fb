import { describe, expect, test } from 'vitest'
import { unlinkableId } from './unlinkable-id.ts'

const pepper = Buffer.alloc(32, 7)

describe('an unlinkable id', () => {
  test('is a UUID of version 4, the same for the same cause and use', () => {
    const id = unlinkableId(pepper, 'dossier', 'cause')
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(unlinkableId(pepper, 'dossier', 'cause')).toBe(id)
  })

  test('differs by use, by cause and by pepper', () => {
    const ids = [
      unlinkableId(pepper, 'dossier', 'cause'),
      unlinkableId(pepper, 'count', 'cause'),
      unlinkableId(pepper, 'dossier', 'other'),
      unlinkableId(Buffer.alloc(32, 8), 'dossier', 'cause'),
    ]
    expect(new Set(ids).size).toBe(4)
  })
})
