import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BundleError } from './bundle-error.ts'
import { type Files, makeLedger, writeFiles } from './forge.fixture.ts'
import { historyOf, trust } from './history.fixture.ts'
import { openBundle } from './open-bundle.ts'
import { readSmallFile } from './small-file.ts'
import { tarHeader, tarPadding } from './tar-format.ts'
import { verifyBundle } from './verify.ts'
import { writeBundle } from './write-bundle.ts'

let directory: string
let files: Files

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-reading-'))
  files = await makeLedger(await historyOf({ hearing: 20, case: 12, elsewhere: 8 }))
  await write('good')
  await write('good.tar')
})

afterAll(() => rm(directory, { recursive: true, force: true }))

const at = (name: string): string => join(directory, name)
const write = (name: string) =>
  writeBundle(
    at(name),
    [...files].map(([path, bytes]) => ({ path, bytes: () => bytes })),
  )

async function verdictOf(path: string) {
  const bundle = await openBundle(path)
  try {
    return await verifyBundle(bundle, { trust: Buffer.from(trust) })
  } finally {
    await bundle.close()
  }
}

async function refusal(path: string): Promise<string> {
  const error = await verdictOf(path).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(BundleError)
  return (error as BundleError).code
}

/** A folder with the good files, and something done to it. */
async function folder(name: string, change: (path: string) => Promise<unknown>): Promise<string> {
  await writeFiles(at(name), files)
  await change(at(name))
  return at(name)
}

/** The good tar, or another, with its bytes changed. */
async function tar(name: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  await writeFile(at(name), change(await readFile(at('good.tar'))))
  return at(name)
}

/** A tar of one file whatever its name and announced size, and then the good one. */
const before = (path: string, size: number, content: string) => (bytes: Buffer) =>
  Buffer.concat([tarHeader(path, size), Buffer.from(content), tarPadding(content.length), bytes])

describe('a bundle on a disk', () => {
  test('verifies as a folder and as a tar, with the same verdict', async () => {
    const verdict = await verdictOf(at('good'))
    expect(verdict).toMatchObject({ ok: true, size: 40 })
    expect(await verdictOf(at('good.tar'))).toEqual(verdict)
  })

  test('is a tar that every tar can unpack, into the same folder', async () => {
    await mkdir(at('unpacked'))
    execFileSync('tar', ['-xf', at('good.tar'), '-C', at('unpacked')])
    expect(await verdictOf(at('unpacked'))).toEqual(await verdictOf(at('good')))
  })
})

describe('a folder is refused', () => {
  test('with a link in the place of a file', async () => {
    const path = await folder('linked-file', async (root) => {
      await rm(join(root, 'policy'))
      await symlink(at('good/policy'), join(root, 'policy'))
    })
    expect(await refusal(path)).toBe('not-a-file')
  })

  test('with a link in the place of a folder', async () => {
    const path = await folder('linked-folder', async (root) => {
      await rm(join(root, 'log'), { recursive: true })
      await symlink(at('good/log'), join(root, 'log'))
    })
    expect(await refusal(path)).toBe('not-a-file')
  })

  test('that is a link itself', async () => {
    await symlink(at('good'), at('link'))
    expect(await refusal(at('link'))).toBe('not-a-file')
  })

  test('with a file that no bundle has', async () => {
    const more = (name: string) => (root: string) => writeFile(join(root, name), '')
    expect(await refusal(await folder('more', more('notes.txt')))).toBe('unknown-file')
    expect(await refusal(await folder('spelled', more('log/tile/0/0')))).toBe('unknown-file')
    expect(await refusal(await folder('odd', more('log/a b')))).toBe('unsafe-path')
  })

  test('with a file of 10 GB, unread', async () => {
    const grow = (name: string) => async (root: string) => {
      await writeFile(join(root, name), '')
      await truncate(join(root, name), 1e10)
    }
    expect(await refusal(await folder('large', grow('log/checkpoint')))).toBe('too-large')
    expect(await refusal(await folder('large-entries', grow('log/tile/entries/000.p/40')))).toBe(
      'too-large',
    )
  })

  test('with an entry over 64 KiB', async () => {
    const path = await folder('long', async (root) => {
      await mkdir(join(root, 'entries'))
      await writeFile(join(root, 'entries/0'), Buffer.alloc(65_536))
    })
    expect(await refusal(path)).toBe('too-large')
  })

  test('that is not there, or is no folder and no tar', async () => {
    expect(await refusal(at('nowhere'))).toBe('unreadable')
    expect(await refusal('/dev/null')).toBe('not-a-bundle')
    await mkdir(at('empty'))
    expect(await refusal(at('empty'))).toBe('not-a-bundle')
  })
})

describe('keys from elsewhere are refused', () => {
  test('from a pipe that nobody writes to, at once', async () => {
    execFileSync('mkfifo', [at('pipe')])
    await expect(readSmallFile(at('pipe'), 'the trust file')).rejects.toThrow(/is no file/)
  })
})

describe('a tar is refused', () => {
  test('cut off anywhere', async () => {
    const { length } = await readFile(at('good.tar'))
    for (const cut of [0, 1, 511, 512, 700, length - 1_025, length - 512, length - 1])
      expect(await refusal(await tar('cut.tar', (bytes) => bytes.subarray(0, cut)))).toBe(
        'not-a-tar',
      )
  })

  test('with a name that leads out of it', async () => {
    for (const name of [
      '../policy',
      '/etc/passwd',
      'log/../policy',
      './policy',
      'log//checkpoint',
      '..',
    ])
      expect(await refusal(await tar('out.tar', before(name, 0, '')))).toBe('unsafe-path')
  })

  test('with a header that announces 10 GB', async () => {
    const announced = (name: string, size: number) => tar('announced.tar', before(name, size, 'x'))
    expect(await refusal(await announced('policy', 8 ** 11 - 1))).toBe('too-large')
    expect(await refusal(await announced('disclosures.jsonl', 200_000_000))).toBe('not-a-tar')
  })

  test('with a link in it', async () => {
    await mkdir(at('with-link'))
    await symlink('/etc/passwd', at('with-link/policy'))
    execFileSync('tar', ['--format=ustar', '-cf', at('link.tar'), '-C', at('with-link'), 'policy'])
    expect(await refusal(at('link.tar'))).toBe('not-a-file')
  })

  test('that somebody packed anew: its bytes would say who and when', async () => {
    execFileSync('tar', ['-cf', at('again.tar'), '-C', at('good'), '.'])
    expect(await refusal(at('again.tar'))).toBe('not-a-tar')
  })

  test('with a file twice, or out of order', async () => {
    const twice = before('README.md', 13, 'Made by hand.')
    expect(await refusal(await tar('twice.tar', twice))).toBe('not-a-tar')
    expect(await refusal(await tar('order.tar', before('policy', 1, 'x')))).toBe('not-a-tar')
  })

  test('with something hidden behind a file or behind its end', async () => {
    const hidden = (bytes: Buffer) => {
      // The last byte of the block that README.md fills in part.
      bytes[1_023] = 1
      return bytes
    }
    expect(await refusal(await tar('hidden.tar', hidden))).toBe('not-a-tar')
    const behind = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(512)])
    expect(await refusal(await tar('behind.tar', behind))).toBe('not-a-tar')
    const within = (bytes: Buffer) => {
      bytes[bytes.length - 1] = 1
      return bytes
    }
    expect(await refusal(await tar('within.tar', within))).toBe('not-a-tar')
  })

  test('that is some other file', async () => {
    await writeFile(at('text.tar'), 'hello '.repeat(500))
    expect(await refusal(at('text.tar'))).toBe('not-a-tar')
  })
})

describe('a bundle that is written', () => {
  test('leaves nothing behind when it cannot be finished', async () => {
    const failing = [
      { path: 'README.md', bytes: () => Buffer.from('x') },
      { path: 'policy', bytes: () => Promise.reject(new BundleError('missing-file', 'gone')) },
    ]
    for (const name of ['half', 'half.tar']) {
      await expect(writeBundle(at(name), failing)).rejects.toMatchObject({ code: 'missing-file' })
      await expect(openBundle(at(name))).rejects.toMatchObject({ code: 'unreadable' })
    }
  })

  test('is refused where no folder can be made, and not tried for ever', async () => {
    await expect(writeBundle('/proc/none/bundle', [])).rejects.toThrow(/could not be written/)
  })

  test('is made with the folders above it', async () => {
    await write('new/newer/bundle')
    await write('new/newer/bundle.tar')
    expect(await verdictOf(at('new/newer/bundle'))).toMatchObject({ ok: true })
  })

  test('holds only what may be read again', async () => {
    const odd = [{ path: 'notes.txt', bytes: () => Buffer.from('x') }]
    await expect(writeBundle(at('odd-one'), odd)).rejects.toMatchObject({ code: 'unknown-file' })
  })
})
