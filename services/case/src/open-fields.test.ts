import { reactionRefused } from '@wederhoor/runtime/reactions'
import { expectGolden } from '@wederhoor/vault/golden'
import { describeOpenFields } from '@wederhoor/vault/open-fields'
import { describe, test } from 'vitest'
import { erasureEvents } from './domain/erasure-events.ts'
import { caseEvents } from './domain/events.ts'

describe('the list of stored fields of case', () => {
  test('was reviewed: what is open stays open for ever', async () => {
    const file = new URL('./open-fields.golden.txt', import.meta.url)
    await expectGolden(describeOpenFields([...caseEvents, ...erasureEvents, reactionRefused]), file)
  })
})
