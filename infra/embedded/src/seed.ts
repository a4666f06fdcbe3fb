import type { House } from './house.ts'

/** A small history on the first start, made over HTTP as people would make it. On later starts nothing happens. */
export async function seedHistory(house: House, say: (step: string) => void): Promise<void> {
  const { rows } = await house.pool.query<{ empty: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM ${house.ledgerTable}) AS empty`,
  )
  if (rows[0]?.empty !== true) return
  say('writing a small history to look at')
  for (const [index, story] of stories.entries()) {
    const answer = await fetch(`${house.baseUrls.intake}/v1/meldingen`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${seedKey}${index}` },
      body: JSON.stringify(story),
    })
    if (answer.status !== 201)
      throw new Error(`the history could not be written: ${await answer.text()}`)
  }
  await house.settled()
}

const seedKey = 'a-small-history-to-look-at-7f3c9d1e5b'

const stories = [
  {
    story: 'Op mijn sollicitatie kreeg ik te horen dat ze geen hoofddoek aan de balie willen.',
    residence: 'GM0344',
  },
  { story: 'De makelaar belde niet terug toen hij mijn achternaam hoorde.', residence: 'GM0599' },
  { story: 'Myn buorman ropt alle dagen wat tsjin my.', residence: 'GM0080', language: 'fy' },
  { story: 'Ik kan met mijn rolstoel het gemeentehuis niet in.', residence: 'GM0096' },
].map((one) => ({ ...one, acuteDanger: false }))
