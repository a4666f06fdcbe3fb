import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cosignerVkey } from '@wederhoor/ledger/cosignature'
import { publicKeyOf } from '@wederhoor/ledger/signed-note'
import { WitnessListError } from '@wederhoor/ledger/witness/witness-list'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { witnessFile } from './witness-file.ts'

const vkey = cosignerVkey('witness.test/one', publicKeyOf(Buffer.alloc(32, 1)))
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'wederhoor-witnesses-'))
  await writeFile(join(place, 'witnesses'), `${vkey} https://witness.test\nquorum 1\n`)
  await writeFile(join(place, 'bad'), 'quorum 3\n')
})
afterAll(() => rm(place, { recursive: true }))

describe('the file of witnesses', () => {
  test('names those of the installation', async () => {
    const { witnesses, k } = await witnessFile(join(place, 'witnesses'), { mustExist: true })
    expect([witnesses.map(({ verifier }) => verifier.vkey), k]).toEqual([[vkey], 1])
  })

  test('need not be there where nobody named it', async () => {
    const none = { witnesses: [], k: 0 }
    expect(await witnessFile(undefined, { mustExist: true })).toEqual(none)
    expect(await witnessFile(join(place, 'absent'), { mustExist: false })).toEqual(none)
  })

  test('that was named and is not there stops the start', async () => {
    await expect(witnessFile(join(place, 'absent'), { mustExist: true })).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  test('that is none stops the start', async () => {
    await expect(witnessFile(join(place, 'bad'), { mustExist: false })).rejects.toBeInstanceOf(
      WitnessListError,
    )
  })
})
