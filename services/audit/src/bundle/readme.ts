/** The page that goes with a bundle: what it is, how to check it, what that proves. The same bundle, the same page. */
import type { KnownCheckpoint } from './ledger-source.ts'

export type Receiver = 'auditor' | 'melder' | 'wederpartij'

export type ReadmeOf =
  | {
      readonly kind: 'ledger'
      readonly known: KnownCheckpoint
      readonly from?: KnownCheckpoint | undefined
    }
  | {
      readonly kind: 'dossier'
      readonly known: KnownCheckpoint
      readonly from?: KnownCheckpoint | undefined
      readonly receiver: Receiver
    }

export function readmeText(of: ReadmeOf): string {
  const { origin, size } = of.known.checkpoint
  const parts = of.kind === 'ledger' ? wholeLedger : of.receiver === 'auditor' ? dossier : hearing
  return `# ${parts.title}

Ledger: ${origin}, as it stood with ${size} entries.${grown(of.from)}

## How to check it

Get the public keys of this ledger from somewhere else than from here, on a way that you trust, as a file with one key
(vkey) a line: the running system gives it at \`/v1/trust\` of the audit service. Then either of two programs, which share
no code and need no network:

    npm run audit -- verify <this folder or tar> --trust <file>
    go run . -trust <file> <this folder>          (in infra/verifier-go)

If you kept a checkpoint from before, add \`--since <that file>\`: then nothing older and nothing that contradicts it is
accepted. Without \`--trust\` the keys in \`policy\` are used, and nobody vouches for those.

Every format here is public, so that you can also write the check yourself: signed notes, checkpoints, tiles and proof
files of C2SP (c2sp.org), the tree of RFC 6962, commitments in the form of RFC 9901.

## What is here

${parts.files}
- \`disclosures.jsonl\`: texts that you may read, each with the entry (leaf) and the field (path) that commits to it
- \`policy\`: the keys as the exporter knew them; \`schemas/\`: the form of entries and disclosures; both only inform

## What a good verdict proves

${parts.proved}
- Each text in \`disclosures.jsonl\`${parts.served} is, letter for letter, the one that was committed to when the entry was written.

## What it does not prove

- **Time.** \`recordedAt\` and \`occurredAt\` are claims of whoever kept the ledger. Only the cosignature of a witness
  bounds an entry: it is not younger than that.
- **That you were shown the same ledger as others**, unless \`independentWitnesses\` in the verdict is above 0, or you
  compare checkpoints with somebody else, or you bring one of your own with \`--since\`.
- **That what was written is true.** It is what was written, by whom by role and pseudonym, and in which order.
${parts.notProved}`
}

const grown = (from: KnownCheckpoint | undefined): string =>
  from === undefined
    ? ''
    : ` \`log/consistency\` proves that it only grew since it had ${from.checkpoint.size} (\`log/from.checkpoint\`).`

const wholeLedger = {
  title: 'A whole ledger',
  files: `- \`log/checkpoint\`: size and root of the ledger, signed
- \`log/tile/\`: the hashes of the tree; \`log/tile/entries/\`: all entries, raw`,
  proved: `- These are all entries of the ledger up to this size, in this order, and none was changed since it was signed.
- In every stream no entry is missing, and every hearing that was sealed has the entries that were sealed.`,
  served: '',
  notProved: '',
}

const dossier = {
  title: 'One dossier',
  files: `- \`entries/<leaf>\`: the entries of the dossier, raw; \`proofs/<leaf>.tlog-proof\`: that each stands in the ledger there
- \`hearing/<id>/checkpoint\`: the newest seal of each hearing in it, signed under an origin of its own`,
  proved: `- Each of these entries stands in the ledger at its place, unchanged.
- Each hearing is whole as far as it was sealed: no entry left out, none put in, none moved.`,
  served: '',
  notProved: `- **That nothing else of the dossier exists.** Only whoever verifies the whole ledger can say that.
`,
}

const hearing = {
  title: 'The file of a hearing, for one party',
  files: `- \`entries/<leaf>\`: the entries of the hearing, raw; \`proofs/<leaf>.tlog-proof\`: that each stands in the ledger there
- \`hearing/<id>/checkpoint\`: the newest seal of the hearing, signed under an origin of its own
- \`served/<digest>\`: the documents that were sent to you, each named by its commitment`,
  proved: `- Each of these entries stands in the ledger at its place, unchanged.
- The hearing is whole as far as it was sealed: no entry left out, none put in, none moved.
- The other party has the same file, if its \`hearing/<id>/checkpoint\` has the same bytes as yours: compare them.`,
  served: ' and `served/`',
  notProved: `- **Anything about the rest of the dossier.** Nothing of it is here.
- **What was withheld from you** shows as an entry with its ground and as a commitment, not as a text.
`,
}
