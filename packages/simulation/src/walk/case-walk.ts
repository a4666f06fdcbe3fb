/** What the contact person does for the melder, and a warm handover to a chain partner. */
import type { Script } from './script.ts'

export async function walkCase(play: Script, dossier: string): Promise<void> {
  const path = `/cases/${dossier}`
  await play.reads('anna', 'opens the case of which she is contact person', ['case', path])
  await play.reads('bram', 'opens a case of another desk', ['case', path], 403)
  await play.does('anna', 'writes down the first call', ['case', `${path}/notes`], {
    text: 'Teruggebeld, verhaal doorgenomen.',
    direction: 'out',
  })
  await play.does('anna', 'records what the melder wants', ['case', `${path}/wishes`], {
    wish: 'Een gesprek en een excuus.',
  })
  await play.does('anna', 'records the legal view beside it', ['case', `${path}/legal-views`], {
    view: 'Mogelijk onderscheid bij arbeidsbemiddeling.',
  })
}

export async function walkReferral(play: Script, dossier: string): Promise<void> {
  const { does, reads } = play
  const partner = 'slachtofferhulp'
  const at = `/dossiers/${dossier}`
  const lastDay = new Date(Date.parse(await play.world.now()) + 60 * 86_400_000)
    .toISOString()
    .slice(0, 10)
  const draft = await does(
    'anna',
    'drafts what is to go to victim support',
    ['referral', `${at}/referrals`],
    {
      partner,
      purpose: 'hulp',
      content: {
        'name-or-code': 'via het loket',
        'reachable-by': 'loket Utrecht',
        question: 'Graag steun bij een gesprek.',
      },
    },
  )
  const referral = String(draft['referral'])
  await does(
    'anna',
    'records the melder’s permission for exactly that',
    ['case', `/cases/${dossier}/permissions`],
    {
      act: 'refer-with-data',
      receiver: partner,
      digest: draft['digest'],
      fields: ['name-or-code', 'reachable-by', 'question'],
      until: lastDay,
    },
  )
  await does(
    'anna',
    'sends it under a permit',
    ['referral', `${at}/referrals/${referral}/permit-request`],
    undefined,
  )
  await reads('vera', 'sees what was offered to her organisation', ['referral', '/my-offers'])
  const offer = `${at}/offers/${referral}`
  await does(
    'paul',
    'opens what was offered to another partner',
    ['referral', `${offer}/opening`],
    undefined,
    403,
  )
  await does('vera', 'opens it, and that is recorded', ['referral', `${offer}/opening`])
  await does('vera', 'accepts: now her organisation is responsible', [
    'referral',
    `${offer}/acceptance`,
  ])
  await does('vera', 'has spoken with the person', ['referral', `${offer}/contact`])
  await does('vera', 'reports back', ['referral', `${offer}/report`], {
    outcome: 'geholpen',
    text: 'Twee gesprekken gevoerd.',
  })
}

export async function walkClosing(play: Script, dossier: string): Promise<void> {
  const path = `/cases/${dossier}`
  await play.does('anna', 'closes the case', ['case', `${path}/closing`], {
    outcome: 'erkenning-of-excuus',
    reasons: 'Excuus ontvangen, melder tevreden.',
  })
  await play.does(
    'anna',
    'writes a wish into a closed case',
    ['case', `${path}/wishes`],
    { wish: 'Nog iets.' },
    409,
  )
  await play.reads('melder', 'sees by code what was done', ['intake', '/my-melding'])
}
