/** From a pattern to a signal that a ministry has answered. */
import type { Script } from './script.ts'

export async function walkSignal(play: Script): Promise<string> {
  const { does, reads } = play
  const month = (await play.world.now()).slice(0, 7)
  // Figures are of yesterday: a report is counted once its day is over.
  await play.world.dayPasses()
  await reads('sara', 'looks at the figures', ['signalling', `/figures?month=${month}&by=ground`])
  const found = await reads('sara', 'sees one organisation named at three desks', [
    'signalling',
    '/patterns',
  ])
  const [pattern] = found['patterns'] as readonly { readonly pattern: string }[]
  if (pattern === undefined) throw new Error('no pattern was detected')
  const draft = await does('sara', 'drafts a signal on it', ['signalling', '/signals'], {
    addressee: 'szw',
    pattern: pattern.pattern,
    terrein: 'arbeidsmarkt',
    from: month,
    until: month,
    text: 'Bij drie loketten is een uitzendorganisatie genoemd om afwijzing op afkomst. Wij vragen wat u daarmee doet.',
  })
  const path = `/signals/${String(draft['signal'])}`
  await does('sara', 'approves her own draft', ['signalling', `${path}/approval`], undefined, 403)
  await does('stef', 'opens it as second person', ['signalling', `${path}/openings`])
  await does('stef', 'approves it', ['signalling', `${path}/approval`])
  await does('sara', 'sends it', ['signalling', `${path}/sending`])
  await does('minister', 'opens it', ['signalling', `${path}/openings`])
  await does('minister', 'answers it', ['signalling', `${path}/answer`], {
    action: 'onderzoek',
    text: 'De Arbeidsinspectie is gevraagd dit mee te nemen.',
  })
  return String(draft['signal'])
}
