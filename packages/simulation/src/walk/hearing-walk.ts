/** Hoor en wederhoor: both sides get the same, say their own, and each answer reaches the other. */
import type { Answer } from '../people.ts'
import { type Script, WalkBroken } from './script.ts'

type Body = Answer['body']

/** `codes` receives the code of either party, which came with its letter. */
export async function walkHearing(
  play: Script,
  codes: Map<string, string>,
  dossier: string,
): Promise<string> {
  const { does } = play
  await does(
    'melder',
    'lets the respondent know who they are',
    ['intake', '/my-melding/anonymity'],
    {
      anonymity: 'known-to-respondent',
      contact: { name: 'Zoë', phone: '0612345678' },
    },
  )
  const prepared = await does(
    'ayse',
    'drafts what the respondent would get',
    ['mediation', `/dossiers/${dossier}/hearings`],
    {
      respondent: { organisation: '99001013-000000101302' },
      letter: {
        text: 'Wij nodigen u uit te vertellen hoe u dit heeft gezien. Meedoen is vrijwillig. U heeft twee weken.',
        annexes: [{ title: 'Klacht', text: 'De kandidaat is afgewezen om een accent.' }],
      },
    },
  )
  const hearing = String(prepared['hearing'])
  const complaint = documentOf(prepared, 'complaint')
  const at = `/dossiers/${dossier}/hearings/${hearing}`
  await does(
    'ayse',
    'serves it without the melder’s permission',
    ['mediation', `${at}/servings`],
    { document: complaint.document, to: 'respondent' },
    409,
  )
  await does(
    'anna',
    'records the melder’s permission for exactly that text',
    ['case', `/cases/${dossier}/permissions`],
    {
      act: 'serve-complaint',
      receiver: prepared['respondent'],
      digest: complaint.digest,
    },
  )
  await serve(play, codes, {
    at,
    document: complaint.document,
    to: 'respondent',
    what: 'the complaint',
  })
  await does(
    'respondent',
    'answers by the code in the letter',
    ['mediation', '/my-hearing/answers'],
    {
      letter: {
        text: 'Wij herkennen dit niet, maar gaan het gesprek graag aan en bieden excuus aan voor de ervaring.',
      },
    },
  )
  const answered = await play.reads('ayse', 'reads the answer', ['mediation', at])
  const answer = documentOf(answered, 'answer')
  await does(
    'ayse',
    'ends the hearing before the melder was given the answer',
    ['mediation', `${at}/ending`],
    { end: 'exchanged' },
    409,
  )
  await does(
    'anna',
    'records that the melder wants the answer',
    ['case', `/cases/${dossier}/permissions`],
    {
      act: 'serve-answer',
      receiver: melderOf(answered),
      digest: answer.digest,
    },
  )
  await serve(play, codes, { at, document: answer.document, to: 'melder', what: 'the answer' })
  await does(
    'ayse',
    'records that the melder has nothing to add',
    ['mediation', `${at}/declinings`],
    { party: 'melder', channel: 'telefoon' },
  )
  await does(
    'ayse',
    'ends the hearing: both have heard each other',
    ['mediation', `${at}/ending`],
    { end: 'exchanged' },
  )
  await compareCheckpoints(play)
  return hearing
}

/** Each asks with the code of its own letter; what they hold against each other is the text, byte for byte. */
async function compareCheckpoints({ reads }: Script): Promise<void> {
  const own = ['mediation', '/my-hearing'] as const
  const theirs = noteIn(await reads('respondent', 'gets the signed checkpoint of the hearing', own))
  const did = 'gets the same checkpoint, letter for letter'
  const mine = noteIn(await reads(MELDER_BY_LETTER, did, own))
  if (mine !== undefined && mine === theirs) return
  throw new WalkBroken({ who: MELDER_BY_LETTER, did, status: 200 }, JSON.stringify(theirs), mine)
}

const noteIn = ({ checkpoint }: Body): string | undefined =>
  (checkpoint as { readonly note: string } | null)?.note

/** With the code that came with the answer; the one of the report is another. */
const MELDER_BY_LETTER = 'the melder'

/** Asked of case, sent under its permit, and proven to have arrived: only then it counts. */
async function serve(
  play: Script,
  codes: Map<string, string>,
  of: {
    readonly at: string
    readonly document: string
    readonly to: 'melder' | 'respondent'
    readonly what: string
  },
): Promise<void> {
  const { does, world } = play
  const { at, document, to, what } = of
  const asked = await does(
    'ayse',
    `asks a permit to serve ${what}`,
    ['mediation', `${at}/servings`],
    { document, to },
  )
  const request = asked['request']
  const sent = await does(
    'ayse',
    `sends ${what} under its permit`,
    ['mediation', `${at}/dispatches`],
    { request, channel: 'post' },
  )
  codes.set(to === 'respondent' ? 'respondent' : MELDER_BY_LETTER, String(sent['code']))
  await does('ayse', `records that ${what} has arrived`, ['mediation', `${at}/deliveries`], {
    request,
    how: 'aangetekend',
    deliveredAt: await world.now(),
  })
}

interface Document {
  readonly document: string
  readonly digest: string
  readonly kind: string
}

function documentOf(hearing: Body, kind: string): Document {
  const documents = hearing['documents'] as readonly Document[]
  const found = documents.find((one) => one.kind === kind)
  if (found === undefined)
    throw new Error(`no ${kind} among ${documents.map((one) => one.kind).join(', ')}`)
  return found
}

function melderOf(file: Body): string {
  const lines = file['lines'] as readonly { readonly facts: Readonly<Record<string, unknown>> }[]
  const melder = lines.map((line) => line.facts['melder']).find((one) => typeof one === 'string')
  if (typeof melder !== 'string') throw new Error('the hearing does not name the melder’s party')
  return melder
}
