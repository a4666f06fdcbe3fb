import { randomBytes } from 'node:crypto'
import { people } from '@wederhoor/simulation/people'
import { walk } from '@wederhoor/simulation/walk/walk'
import type { House } from './house.ts'
import { tokens } from './tokens.ts'

/**
 * A small history on the first start: the whole line once, and reports that wait in the inboxes of four desks. Made over
 * HTTP as people would make it. On later starts nothing happens.
 */
export async function seedHistory(house: House, say: (step: string) => void): Promise<void> {
  const { rows } = await house.pool.query<{ empty: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM ${house.ledgerTable}) AS empty`,
  )
  if (rows[0]?.empty !== true) return
  say('writing a small history to look at')
  const newKey = (): string => randomBytes(16).toString('hex')
  const crowd = people({ baseUrls: house.baseUrls, tokenFor: tokens(house), newKey })
  await walk(
    {
      people: crowd,
      now: () => house.clock.now(),
      settled: () => house.settled(),
      dayPasses: async () => undefined,
    },
    () => undefined,
  )
  for (const story of stories) {
    const { status, body } = await crowd.nobody.post('intake', '/meldingen', story)
    if (status !== 201) throw new Error(`the history could not be written: ${JSON.stringify(body)}`)
  }
  await house.settled()
}

const stories = [
  {
    story: 'Op mijn sollicitatie kreeg ik te horen dat ze geen hoofddoek aan de balie willen.',
    residence: 'GM0344',
  },
  {
    story: 'De makelaar belde niet terug toen hij mijn achternaam hoorde.',
    residence: 'GM0599',
  },
  { story: 'Myn buorman ropt alle dagen wat tsjin my.', residence: 'GM0080', language: 'fy' },
  { story: 'Ik kan met mijn rolstoel het gemeentehuis niet in.', residence: 'GM0096' },
].map((one) => ({ ...one, acuteDanger: false }))
