import { reactionRefused } from '@wederhoor/runtime/reactions'
import { expectGolden } from '@wederhoor/vault/golden'
import { describeOpenFields } from '@wederhoor/vault/open-fields'
import { describe, test } from 'vitest'
import { hearingEvents } from './domain/events.ts'
import { mediationEvents } from './domain/mediation-events.ts'

describe('the list of stored fields of mediation', () => {
  test('was reviewed: what is open stays open for ever', async () => {
    const file = new URL('./open-fields.golden.txt', import.meta.url)
    const events = [...hearingEvents, ...mediationEvents, reactionRefused]
    await expectGolden(describeOpenFields(events), file)
  })
})
