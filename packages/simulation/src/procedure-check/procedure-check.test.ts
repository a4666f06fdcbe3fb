import { describe, expect, test } from 'vitest'
import {
  answerTo,
  asked,
  broken,
  brokenUnsealed,
  cancelled,
  delivered,
  dispatched,
  entry,
  findings,
  granted,
  known,
  ledgerOf,
  lifted,
  permitted,
  prepared,
  ready,
  reminded,
  sealed,
  served,
  silence,
  statement,
  term,
  withdrawn,
} from './history.fixture.ts'
import { checkProcedure } from './procedure-check.ts'

const declined = (party: string) => entry('hearing', 'HearingDeclined', { party })
const ended = (end: string) => entry('hearing', 'HearingEnded', { end })

describe('a history in which every rule was kept', () => {
  test('has no violations', async () => {
    expect(
      await broken(
        ...ready,
        ...served(),
        term(),
        statement('respondent', 'answer', 2),
        ...served(answerTo('melder')),
        term('melder', 'answer'),
        declined('melder'),
        findings,
      ),
    ).toEqual([])
  })

  test('counts what stands in it, by whose it is', async () => {
    const { entriesOf } = await checkProcedure(
      ledgerOf(...ready, ...served(), statement('respondent', 'answer', 2)),
    )
    expect(entriesOf.get('hearing/StatementReceived/respondent')).toBe(1)
    expect(entriesOf.get('case/PermitGranted')).toBe(1)
  })
})

describe('a hearing of which something was served', () => {
  const rule = 'hearing-sealed'
  const withheld = entry('hearing', 'DocumentWithheld', { document: 'complaint', from: 'melder' })

  test.each([
    ['sent', [asked(), granted(), dispatched()], 'DocumentDispatched'],
    ['delivered', served(), 'DeliveryProven'],
    ['withheld', [withheld], 'DocumentWithheld'],
    ['ended', [entry('hearing', 'HearingEnded', { end: 'passed-on' })], 'HearingEnded'],
    ['detached', [entry('hearing', 'HearingDetached')], 'HearingDetached'],
  ])('has a seal behind what was %s', async (_what, facts, type) => {
    const found = await brokenUnsealed(...ready, ...facts)
    expect(found).toContain(`${rule}: no checkpoint was given to the parties after ${type}`)
    expect((await broken(...ready, ...facts)).join()).not.toContain(rule)
  })

  test('is sealed over all that stands before the seal', async () => {
    expect(await brokenUnsealed(...ready, ...served(), sealed(4))).toEqual([])
    expect(await brokenUnsealed(...ready, ...served(), sealed(3))).toEqual([
      'seal-covers-all: it covers 3 entries, and 4 stand before it',
    ])
  })
})

describe('a dispatch', () => {
  const rule = 'dispatch-under-permit'

  test('without a permit that case had granted before, in ledger order', async () => {
    expect(await broken(...ready, asked(), dispatched(), granted())).toEqual([
      `${rule}: case had not granted this permit`,
    ])
  })

  test('that nobody asked a permit for', async () => {
    expect(await broken(...ready, granted(), dispatched())).toEqual([
      `${rule}: nobody asked for a permit to send this`,
    ])
  })

  test.each([
    ['for another text', granted({}, { digest: 'text-0' }), 'the permit is for another text'],
    ['for another receiver', granted({}, { receiver: 'x' }), 'the permit is for another receiver'],
    ['for another act', granted({}, { act: 'serve-answer' }), 'the permit is for another act'],
    ['for another request', granted({}, { request: 'x' }), 'the permit answers another request'],
  ])('under a permit %s', async (_what, permit, why) => {
    expect(await broken(...ready, asked(), permit, dispatched())).toEqual([`${rule}: ${why}`])
  })

  test('of a text that was changed after the permit', async () => {
    const revised = entry(
      'hearing',
      'DraftRevised',
      { document: 'complaint' },
      { commitments: { '/content': 'text-2' } },
    )
    expect(await broken(...ready, asked(), granted(), revised, dispatched())).toEqual([
      `${rule}: the permit is for another text`,
    ])
  })

  test('after the permit had expired, or was cancelled', async () => {
    const late = dispatched({}, '2024-03-10T09:15:00.001Z')
    expect(await broken(...ready, asked(), granted(), late)).toEqual([
      `${rule}: the permit had expired`,
    ])
    expect(await broken(...ready, asked(), granted(), cancelled(), dispatched())).toEqual([
      `${rule}: the permit was cancelled before`,
    ])
  })

  test('that a cancellation follows is not called back', async () => {
    expect(await broken(...ready, ...served(), cancelled())).toEqual([])
  })
})

describe('a melder who is not known to the respondent', () => {
  test('is not named by what is sent, also when that was lifted afterwards', async () => {
    expect(
      await broken(known, prepared, permitted(), asked(), granted(), dispatched(), lifted),
    ).toEqual(['identity-stays-hidden: the melder had not let the respondent know who they are'])
  })

  test('may still send a general letter', async () => {
    const letter = { act: 'general-letter' }
    const sent = [asked(letter), granted(letter), dispatched(letter)]
    expect(await broken(known, prepared, permitted(), ...sent)).toEqual([])
  })
})

describe('a melder who has withdrawn', () => {
  const rule = 'nothing-after-withdrawal'
  const why = 'the melder had withdrawn, and only a closing notice goes out'
  const notice = {
    request: 'request-3',
    document: 'notice',
    act: 'closing-notice',
    digest: 'text of notice',
  }
  const drafted = entry(
    'hearing',
    'DocumentAdded',
    { document: 'notice', kind: 'closing-notice' },
    { commitments: { '/content': 'text of notice' } },
  )

  test('has nothing sent any more, to either side', async () => {
    expect(await broken(...ready, asked(), granted(), withdrawn(), dispatched())).toEqual([
      `${rule}: ${why}`,
    ])
    const answered = [...served(), statement('respondent', 'answer', 2)]
    expect(await broken(...ready, ...answered, withdrawn(), ...served(answerTo('melder')))).toEqual(
      [`${rule}: ${why}`],
    )
  })

  test('may permit the same text again', async () => {
    expect(await broken(...ready, withdrawn(), permitted('permission-2'), ...served())).toEqual([])
  })

  test('leaves a respondent who was reached with a closing notice', async () => {
    const history = [...ready, ...served(), withdrawn(), ended('withdrawn'), drafted]
    expect(await broken(...history)).toEqual([
      'closing-notice-sent: the respondent was reached and never told that it ended',
    ])
    expect(await broken(...history, asked(notice), granted(notice), dispatched(notice))).toEqual([])
  })
})

describe('findings', () => {
  const rule = 'findings-after-hearing'

  test('before the complaint was delivered with proof', async () => {
    expect(
      await broken(...ready, asked(), granted(), dispatched(), declined('respondent'), findings),
    ).toEqual([`${rule}: that the respondent has the complaint was not proven`])
  })

  test('before the respondent was heard, or the melder on the answer', async () => {
    expect(await broken(...ready, ...served(), term(), findings)).toEqual([
      `${rule}: the respondent was not heard`,
    ])
    const answered = [...served(), term(), statement('respondent', 'answer', 2)]
    expect(
      await broken(
        ...ready,
        ...answered,
        ...served(answerTo('melder')),
        term('melder', 'answer'),
        findings,
      ),
    ).toEqual([`${rule}: the melder was not heard`])
  })

  test('before the answer reached the melder', async () => {
    const answered = [...served(), term(), statement('respondent', 'answer', 2)]
    expect(await broken(...ready, ...answered, findings)).toEqual([
      `${rule}: the melder did not get a statement of the respondent`,
    ])
    expect(await broken(...ready, ...answered, ended('exchanged'))).toEqual([
      'equal-file: the melder did not get a statement of the respondent',
    ])
  })
})

describe('silence', () => {
  const rule = 'silence-after-term'

  test('stands after delivery, term and reminder', async () => {
    expect(await broken(...ready, ...served(), term(), ...reminded, silence())).toEqual([])
  })

  test('without a term, without proof, or without a reminder', async () => {
    expect(await broken(...ready, ...served(), silence())).toEqual([`${rule}: no term ran`])
    const unproven = [asked(), granted(), dispatched(), term(), ...reminded, silence()]
    expect(await broken(...ready, ...unproven)).toEqual([`${rule}: delivery was not proven`])
    expect(await broken(...ready, ...served(), term(), silence())).toEqual([
      `${rule}: no reminder was sent`,
    ])
  })

  test('before the reminder’s own term had passed', async () => {
    const soon = silence('2024-04-09T09:00:00.000Z')
    expect(await broken(...ready, ...served(), term(), ...reminded, soon)).toEqual([
      `${rule}: the term had not passed`,
    ])
  })

  test('of somebody who has answered', async () => {
    const answered = statement('respondent', 'answer', 2)
    expect(await broken(...ready, ...served(), term(), ...reminded, answered, silence())).toEqual([
      `${rule}: the respondent was heard`,
    ])
  })

  test('sooner than the days that were given, whatever the due instant says', async () => {
    const { data, ...rest } = term()
    const short = { ...rest, data: { ...data, dues: { silenceDueAt: '2024-03-20T21:59:59.999Z' } } }
    const extended = entry('hearing', 'TermExtended', {
      respondent: { silenceDueAt: '2024-03-21T21:59:59.999Z' },
    })
    const early = silence('2024-03-25T09:00:00.000Z')
    expect(await broken(...ready, ...served(), short, ...reminded, extended, early)).toEqual([
      `${rule}: only 15 days had passed since delivery`,
    ])
  })
})

describe('proof of delivery', () => {
  test('of one text says nothing about another', async () => {
    const other = delivered({ document: 'another' })
    expect(
      await broken(
        ...ready,
        asked(),
        granted(),
        dispatched(),
        term(),
        other,
        ...reminded,
        silence(),
      ),
    ).toEqual(['silence-after-term: delivery was not proven'])
  })
})
