import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readKafkaEnvironment } from './config.ts'
import { ensureJars } from './kafka-jars.ts'
import { KAFKA_START_TIMEOUT_MS, kafkaSuite, TEST_JARS } from './kafka-suite.ts'
import { findKafkaMeans, startKafka } from './local-broker.ts'

// Several brokers start here one after the other, each in some 3 s and on a busy machine in more.
vi.setConfig({ testTimeout: 90_000 })

const { searchPath } = readKafkaEnvironment()
const local = findKafkaMeans(undefined, searchPath)
const log = (): void => {}

kafkaSuite('a broker of our own, when the world fails', () => {
  let place: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'wederhoor-kafka-failures-'))
    if (local.kind === 'maven') await ensureJars({ jarsDirectory: TEST_JARS, searchPath, log })
  }, KAFKA_START_TIMEOUT_MS)
  afterAll(() => rm(place, { recursive: true, force: true }))

  const testLocal = test.skipIf(local.kind !== 'maven')
  const start = (dataDirectory: string, port?: number) =>
    startKafka({
      jarsDirectory: TEST_JARS,
      dataDirectory: join(place, dataDirectory),
      ...(port === undefined ? {} : { port }),
    })

  testLocal('refuses a port that was asked for and is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(start('taken', port)).rejects.toMatchObject({ code: 'port-taken' })
    expect(existsSync(join(place, 'taken'))).toBe(false)
    server.close()
  })

  testLocal(
    'takes another port when that of the last time is taken, and keeps the data',
    async () => {
      const first = await start('moved')
      await withAdmin(first.brokers, (admin) => admin.createTopics({ topics: [{ topic: 'kept' }] }))
      await first.stop()
      const server = createServer()
      const port = Number(first.brokers[0]?.split(':')[1])
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      const second = await start('moved')
      expect(second.brokers).not.toEqual(first.brokers)
      const topics = await withAdmin(second.brokers, (admin) => admin.listTopics())
      expect(topics).toEqual(['kept'])
      await second.kill()
      server.close()
    },
  )

  testLocal(
    'refuses a data directory on which another broker runs, and leaves that one be',
    async () => {
      const first = await start('shared')
      await expect(start('shared')).rejects.toMatchObject({ code: 'data-directory-in-use' })
      await first.restart()
      await first.kill()
    },
  )

  testLocal('says what Kafka said when the data directory is damaged', async () => {
    const first = await start('damaged')
    await first.stop()
    await writeFile(
      join(place, 'damaged', 'log', 'meta.properties'),
      'version=1\ncluster.id=other\nnode.id=7\n',
    )
    await expect(start('damaged')).rejects.toMatchObject({
      code: 'broker-did-not-start',
      message: expect.stringMatching(/node id 7/),
    })
  })

  testLocal('ends with its parent, also when that is killed', async () => {
    const parent = spawn(
      process.execPath,
      [join(import.meta.dirname, 'local-broker.probe.ts'), TEST_JARS, join(place, 'orphan')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [said] = await lines(parent.stdout, 1)
    const pid = Number(said)
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    for (let waited = 0; waited < 8_000 && isAlive(pid); waited += 50) await pause(50)
    expect(isAlive(pid)).toBe(false)
  })

  testLocal('starts at once on the data of a parent that was killed', async () => {
    const again = await start('orphan')
    await again.kill()
  })

  testLocal('says that no registry answers, and leaves nothing that looks whole', async () => {
    const jarsDirectory = join(place, 'unreachable', 'libs')
    const path = `${await mavenWithoutRegistry(join(place, 'bin'))}${delimiter}${searchPath}`
    await expect(ensureJars({ jarsDirectory, searchPath: path, log })).rejects.toMatchObject({
      code: 'no-registry',
    })
    expect(existsSync(jarsDirectory)).toBe(false)
  })

  testLocal(
    'fetches again what an interrupted fetch left, once for all who ask',
    async () => {
      const jarsDirectory = join(place, 'interrupted', 'libs')
      await mkdir(jarsDirectory, { recursive: true })
      await mkdir(`${jarsDirectory}.arriving-1`)
      await writeFile(join(jarsDirectory, 'half.jar'), 'half')
      // The number of a process that is gone: the highest there can be on Linux, plus one.
      await writeFile(`${jarsDirectory}.lock`, '4194305')
      const said: string[] = []
      const request = { jarsDirectory, searchPath, log: (line: string) => void said.push(line) }
      await Promise.all([ensureJars(request), ensureJars(request)])
      expect(said.filter((line) => line.includes('with Maven'))).toHaveLength(1)
      const jars = await readdir(jarsDirectory)
      expect(jars).toContain('kafka_2.13-4.3.1.jar')
      expect(jars).not.toContain('half.jar')
      expect(await readdir(join(place, 'interrupted'))).toEqual(['libs'])
      await ensureJars({ ...request, searchPath: '' })
    },
    KAFKA_START_TIMEOUT_MS,
  )

  /** The real Maven, with an empty cache and one mirror at which nobody listens. */
  async function mavenWithoutRegistry(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true })
    const settings = join(folder, 'settings.xml')
    await writeFile(
      settings,
      '<settings><mirrors><mirror><id>none</id><mirrorOf>*</mirrorOf>' +
        '<url>http://127.0.0.1:1/</url></mirror></mirrors></settings>',
    )
    const file = join(folder, 'mvn')
    const real = local.kind === 'maven' ? local.mvn : 'mvn'
    const cache = join(folder, 'cache')
    await writeFile(
      file,
      `#!/bin/sh\nexec '${real}' -s '${settings}' -Dmaven.repo.local='${cache}' "$@"\n`,
    )
    await chmod(file, 0o755)
    return folder
  }
})

async function withAdmin<T>(brokers: string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  return work(admin).finally(() => admin.disconnect())
}

async function lines(from: NodeJS.ReadableStream, count: number): Promise<string[]> {
  const read: string[] = []
  for await (const line of createInterface({ input: from })) {
    read.push(line)
    if (read.length === count) break
  }
  return read
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
