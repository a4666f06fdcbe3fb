/** From the first words to a desk that has accepted them. */
import type { Script } from './script.ts'

export interface Reported {
  readonly dossier: string
  readonly code: string
}

/** A branch of one organisation near each of three desks: named at all of them it becomes a pattern. */
export const branches = {
  utrecht: { residence: 'GM0344', desk: 'anna', organisation: '99001013-000000101302' },
  rotterdam: { residence: 'GM0599', desk: 'bram', organisation: '99001013-000000101303' },
  fryslan: { residence: 'GM0080', desk: 'famke', organisation: '99001013-000000101301' },
} as const

export async function walkIntake(play: Script, codes: Map<string, string>): Promise<Reported> {
  const { does, reads } = play
  const { residence, organisation } = branches.utrecht
  const story =
    'Bij het uitzendbureau zeiden ze dat de klant liever geen accent aan de telefoon heeft. Ik kreeg de baan niet.'
  await does(
    'melder',
    'reports on a channel that is on no list',
    ['intake', '/meldingen'],
    { story, acuteDanger: false, channel: 'postduif' },
    400,
  )
  const report = await does(
    'melder',
    'reports in their own words, unknown to us',
    ['intake', '/meldingen'],
    { story, acuteDanger: false, residence, incidentPlace: residence },
  )
  const reported = { dossier: String(report['dossier']), code: String(report['code']) }
  const path = `/meldingen/${reported.dossier}`
  codes.set('melder', reported.code)
  await reads('melder', 'asks by code who holds it now', ['intake', '/my-melding'])
  await reads('bram', 'opens a report of another desk', ['intake', path], 403)
  await reads('anna', 'looks into the inbox of her desk', ['intake', '/meldingen'])
  const asked = await does('anna', 'asks the melder a question', ['intake', `${path}/questions`], {
    text: 'Welke vestiging was het?',
  })
  await does('melder', 'answers by code', ['intake', '/my-melding/answers'], {
    question: asked['question'],
    text: 'Die aan de Catharijnesingel.',
  })
  await does('anna', 'accepts: from here on her desk holds it', ['intake', `${path}/acceptance`])
  await does(
    'anna',
    'refuses what she has accepted',
    ['intake', `${path}/refusal`],
    { reason: 'geen-capaciteit' },
    409,
  )
  await does(
    'anna',
    'classifies it',
    ['intake', `${path}/classification`],
    classification(residence, organisation),
  )
  return reported
}

/** The same organisation at two more desks. */
export async function walkOtherDesks(play: Script): Promise<void> {
  for (const place of [branches.rotterdam, branches.fryslan]) {
    const { residence, desk, organisation } = place
    const report = await play.does(
      'somebody',
      'reports the same organisation elsewhere',
      ['intake', '/meldingen'],
      { story: 'Het uitzendbureau wilde mij niet inschrijven.', acuteDanger: false, residence },
    )
    const path = `/meldingen/${String(report['dossier'])}`
    await play.does(desk, 'accepts', ['intake', `${path}/acceptance`])
    await play.does(
      desk,
      'classifies',
      ['intake', `${path}/classification`],
      classification(residence, organisation),
    )
  }
}

const classification = (residence: string, organisation: string) => ({
  grounds: ['afkomst-huidskleur-ras'],
  terreinen: ['arbeidsmarkt'],
  natures: ['ongelijke-behandeling'],
  residence,
  incident: residence,
  organisation,
})
