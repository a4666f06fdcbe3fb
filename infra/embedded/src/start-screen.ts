import { demoAccounts } from './accounts.ts'
import type { Instance } from './instance.ts'

/** The short screen that a start ends with: where things are, who there is, what is not protected, what to try next. */
export function startScreen(
  { house }: Instance,
  about: { readonly kafka: boolean; readonly ownDatabase: boolean; readonly simulated: boolean },
): string {
  const urls = Object.entries(house.baseUrls)
  const width = Math.max(...urls.map(([name]) => name.length))
  const lines = [
    '',
    'Wederhoor is running. API pages, in a browser:',
    ...urls.map(([name, url]) => `  ${name.padEnd(width)}  ${url}/docs`),
    '',
    'People of the demonstration:',
    ...demoAccounts.map(({ name, what }) => `  ${name.padEnd(9)} ${what}`),
    '',
    'What this form does not protect:',
    '  one database role appends for all services, so a fault in one could write in the name of another;',
    `  the keys lie in a folder beside ${about.ownDatabase ? 'the data' : 'this clone'}: whoever has both can read everything;`,
    '  the signing guard lies there too: who puts back an old copy of both can have another history signed;',
    ...unwitnessed(house.witnesses),
    '  the login signs a token for whoever asks;',
    ...(about.simulated
      ? ['  the clock is simulated: these entries are marked, and prove nothing about time.']
      : [
          '  a report is counted at once: who reads the ledger can tell to which dossier a count belongs;',
        ]),
    '',
    `Messages go over ${about.kafka ? 'Kafka' : 'the in-process broker'}. Try next, in another terminal:`,
    `  curl -s ${house.baseUrls.intake}/v1/meldingen -H 'content-type: application/json' \\`,
    `    -H "idempotency-key: $(openssl rand -hex 16)" \\`,
    `    -d '{"story":"Ik werd geweigerd bij de deur.","acuteDanger":false,"residence":"GM0344"}'`,
    '',
    'Ctrl-C stops it. What was written stays; npm start -- --fresh begins anew.',
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** Who besides the operator vouches for there being one history. */
const unwitnessed = ({ count, k }: Instance['house']['witnesses']): readonly string[] =>
  count > 0
    ? [
        `  ${k} of ${count} witnesses must cosign a checkpoint: a bundle taken before they did says 0;`,
      ]
    : [
        '  no witness cosigns the checkpoints (independentWitnesses is 0), so they only bind whoever has kept one:',
        '    whoever holds the log key could show another history to each; packages/ledger/README.md says how to name witnesses;',
      ]
