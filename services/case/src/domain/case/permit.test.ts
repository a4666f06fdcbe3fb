import { specification } from '@wederhoor/decider/specification'
import type { Uuid } from '@wederhoor/vault/fields'
import { describe, expect, test } from 'vitest'
import {
  anna,
  ask,
  cancelled,
  closed,
  context,
  digest,
  give,
  granted,
  later,
  melder,
  opened,
  partner,
  permission,
  given as permissionGiven,
  permit,
  permitEnd,
  receiver,
  refused,
  reopened,
  request,
  start,
  termPassed,
  withdraw,
  withdrawn,
} from './builders.ts'
import { caseDecider } from './case.ts'

const { given } = specification(caseDecider)
const field = (name: string) => name as Uuid<'gegeven'>
const change = digest('another')

describe('without permission', () => {
  test('nothing goes to the respondent, and the refusal is a fact (procedure §9.1, §9.8)', () => {
    given(opened()).when(ask()).then(refused('no-permission'))
  })

  test('a request that comes before its case is refused, and stays refused', () => {
    given().when(ask()).then(refused('no-permission'))
    given(refused('no-permission'), opened(), permissionGiven()).when(ask()).thenNothing()
  })

  test('what goes to the melder needs none', () => {
    const asked = { act: 'serve-answer', receiver: receiver(melder) } as const
    const { permission: _none, ...permit } = granted(asked)
    given(opened({ anonymity: 'known-to-us' }))
      .when(ask(asked))
      .then({ ...permit, permission: undefined })
  })
})

describe('a permission', () => {
  test('is given for one act, one receiver and one text', () => {
    given(opened()).when(give()).then(permissionGiven())
  })

  test('is not given by a witness about the case of another (WIT-02)', () => {
    given(opened({ melderDecides: false }))
      .when(give())
      .thenRefused({ reason: 'melder-does-not-decide' })
  })

  test('for a referral says which data, and until when', () => {
    const refer = { act: 'refer-with-data', receiver: partner } as const
    given(opened()).when(give(refer)).thenRefused({ reason: 'scope-needed' })
    const scope = { ...refer, fields: [field('naam')], validUntil: termPassed }
    given(opened()).when(give(scope)).then(permissionGiven(scope))
    given(opened())
      .when(give({ ...scope, validUntil: start }))
      .thenRefused({ reason: 'term-passed' })
  })

  test('that was declined is a fact, and may still be given later', () => {
    const { act, receiver: to, digest: text } = permissionGiven()
    const decline = {
      type: 'DeclinePermission',
      act,
      receiver: to,
      digest: text,
      context: context(),
    } as const
    const declined = {
      type: 'PermissionDeclined',
      act,
      receiver: to,
      digest: text,
      by: anna,
      at: start,
    } as const
    given(opened()).when(decline).then(declined)
    given(opened(), declined).when(give()).then(permissionGiven())
    given(opened(), permissionGiven())
      .when(decline)
      .thenRefused({ reason: 'permission-is-live', permission: permission(1) })
  })
})

describe('a live permission', () => {
  const history = [opened(), permissionGiven()]

  test('gives a permit for exactly that text', () => {
    given(...history)
      .when(ask())
      .then(granted())
  })

  test('gives none for a changed text', () => {
    given(...history)
      .when(ask({ digest: change }))
      .then(refused('other-text', { digest: change }))
  })

  test('gives none for another act or another receiver', () => {
    given(...history)
      .when(ask({ act: 'serve-answer' }))
      .then(refused('no-permission', { act: 'serve-answer' }))
    given(...history)
      .when(ask({ receiver: partner }))
      .then(refused('no-permission', { receiver: partner }))
  })

  test('gives none after its own term, and no permit outlives it', () => {
    const short = permissionGiven({ validUntil: later })
    given(opened(), short)
      .when(ask())
      .then(granted({ validUntil: later }))
    given(opened(), short)
      .when(ask({ context: context({ at: permitEnd }) }))
      .then(refused('no-permission', { at: permitEnd }))
  })

  test('asked twice with one request: the same permit, also for another text', () => {
    given(...history, granted())
      .when(ask())
      .thenNothing()
    given(...history, granted())
      .when(ask({ digest: change }))
      .thenNothing()
  })
})

describe('a withdrawal', () => {
  const history = [opened(), permissionGiven()]

  test('recorded before the permit wins', () => {
    given(...history, withdrawn())
      .when(ask())
      .then(refused('withdrawn'))
  })

  test('recorded after the permit cancels what is not yet dispatched', () => {
    given(...history, granted())
      .when(withdraw({ kind: 'everything' }, later))
      .then(withdrawn({ at: later }), cancelled('withdrawn', later))
  })

  test('leaves a permit alone that can no longer be used', () => {
    given(...history, granted())
      .when(withdraw({ kind: 'everything' }, termPassed))
      .then(withdrawn({ at: termPassed }))
  })

  test('is of one permission, of all towards one receiver, or of everything', () => {
    const second = permissionGiven({
      permission: permission(2),
      act: 'refer-with-data',
      receiver: partner,
    })
    const gone = withdrawn({ permission: permission(2), act: 'refer-with-data', receiver: partner })
    given(...history, second)
      .when(withdraw({ kind: 'permission', permission: permission(2) }))
      .then(gone)
    given(...history, second)
      .when(withdraw({ kind: 'receiver', receiver: partner }))
      .then(gone)
    given(...history, second)
      .when(withdraw())
      .then(withdrawn(), gone)
    given(...history)
      .when(withdraw({ kind: 'permission', permission: permission(2) }))
      .thenRefused({ reason: 'no-such-permission' })
  })

  test('can be followed by a new permission for the same text', () => {
    const again = permissionGiven({ permission: permission(2) })
    given(...history, withdrawn())
      .when(give({ permission: permission(2) }))
      .then(again)
    given(...history, withdrawn(), again)
      .when(ask())
      .then(granted({ permission: permission(2) }))
  })
})

describe('a closing notice', () => {
  const asked = { request: request(2), permit: permit(2), act: 'closing-notice' } as const
  const { permission: _none, ...plain } = granted(asked)
  const notice = { ...plain, permission: undefined }

  test('goes to whoever was reached, after a withdrawal and after closing (procedure §9.5)', () => {
    const history = [opened(), permissionGiven(), granted(), withdrawn()]
    given(...history)
      .when(ask(asked))
      .then(notice)
    given(...history, closed)
      .when(ask(asked))
      .then(notice)
  })

  test('is not for somebody who never heard of it', () => {
    given(opened())
      .when(ask(asked))
      .then(refused('no-permission', { request: asked.request, act: asked.act }))
  })

  test('is not overtaken by closing', () => {
    const history = [opened(), permissionGiven(), granted(), withdrawn(), cancelled('withdrawn')]
    const { events } = given(...history, notice).when({
      type: 'CloseCase',
      outcome: closed.outcome,
      reasons: closed.reasons,
      context: context(),
    })
    expect(events).toEqual([closed])
  })
})

describe('a melder whom the respondent does not know', () => {
  const history = [opened({ anonymity: 'known-to-us' }), permissionGiven()]

  test('is not named by any act, whatever was permitted (ANO-04, procedure §9.1)', () => {
    given(...history)
      .when(ask())
      .then(refused('anonymous'))
  })

  test('may have a general letter sent, and be referred by name to a partner (ANO-02)', () => {
    const letter = { act: 'general-letter', digest: digest('letter') } as const
    given(...history, permissionGiven({ ...letter, permission: permission(2) }))
      .when(ask(letter))
      .then(granted({ ...letter, permission: permission(2) }))
    const refer = { act: 'refer-with-data', receiver: partner } as const
    given(...history, permissionGiven({ ...refer, permission: permission(2) }))
      .when(ask(refer))
      .then(granted({ ...refer, permission: permission(2) }))
  })

  test('by becoming so again stops what was granted', () => {
    given(opened(), permissionGiven(), granted())
      .when({ type: 'ChangeAnonymity', anonymity: 'known-to-us', context: context() })
      .then(
        { type: 'AnonymityChanged', anonymity: 'known-to-us', at: start },
        cancelled('anonymous'),
      )
  })
})

describe('a closed case', () => {
  test('grants nothing that carries the matter further', () => {
    given(opened(), permissionGiven(), closed).when(ask()).then(refused('case-closed'))
  })

  test('takes no permission', () => {
    given(opened(), closed).when(give()).thenRefused({ reason: 'case-closed' })
  })

  test('has a permission withdrawn that ended with it: whoever took it over has to hear that (procedure §9.5)', () => {
    const history = [opened(), permissionGiven(), closed]
    const gone = withdrawn({ at: later })
    given(...history)
      .when(withdraw({ kind: 'permission', permission: permission(1) }, later))
      .then(gone)
    given(...history, reopened)
      .when(withdraw({ kind: 'everything' }, later))
      .then(gone)
    given(...history, gone)
      .when(withdraw({ kind: 'everything' }, later))
      .thenNothing()
  })
})
