import { expectGolden } from '@wederhoor/vault/golden'
import { describeOpenFields } from '@wederhoor/vault/open-fields'
import { describe, test } from 'vitest'
import { evidenceEvents } from './domain/evidence-events.ts'

describe('the list of stored fields of audit', () => {
  test('was reviewed: what is open stays open for ever', async () => {
    const file = new URL('./open-fields.golden.txt', import.meta.url)
    await expectGolden(describeOpenFields([...evidenceEvents]), file)
  })
})
