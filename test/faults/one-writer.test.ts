// @module-tag deep
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

/** Proves that two processes never work on one data directory, whatever became of the sign of the first. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')

let gateway: TestGateway | undefined
const dirs: string[] = []

afterEach(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  gateway = undefined
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-writer-'))
  dirs.push(dir)
  return dir
}

/** Files of the journal and of the audit log, the latter with their numbers of lines: a second gateway would add to them. */
function written(dataDir: string): readonly string[] {
  const lines = (name: string) => readFileSync(join(dataDir, 'audit-log', name), 'utf8').split('\n').length
  const logs = readdirSync(join(dataDir, 'audit-log')).map((name) => `${name} ${lines(name)}`)
  return [...readdirSync(join(dataDir, 'journal')), ...logs].sort()
}

async function secondOf(first: TestGateway, { env = {}, wrapper = [] as string[] } = {}) {
  const [program = '', ...args] = [
    ...wrapper,
    process.execPath,
    CLI,
    'run',
    '--config',
    join(first.dir, 'greengauge.yaml'),
  ]
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  // With all that it has said, which may come behind its end.
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test('a path beyond what sockets take, and another TMPDIR: the second says who is there, and writes nothing', async () => {
  const long = join(tempDir(), 'plant-data-'.repeat(12))
  gateway = await startGateway({ config: { data_dir: long } })
  const before = written(gateway.dataDir)
  const { code, said } = await secondOf(gateway, { env: { TMPDIR: tempDir() } })
  expect(said).toContain(`another gateway runs on ${long} (process ${gateway.process.pid} on `)
  expect(said).toMatch(/since \d{4}-\d\d-\d\dT/)
  expect(code).toBe(69)
  expect(written(gateway.dataDir)).toEqual(before)
})

test('what stands for the lock is removed: it is there again, the second is refused, and the first goes on', async () => {
  gateway = await startGateway()
  const before = written(gateway.dataDir)
  for (let round = 0; round < 2; round++) {
    for (const name of readdirSync(gateway.dataDir)) {
      if (/^gateway\./.test(name)) rmSync(join(gateway.dataDir, name))
    }
    const { code, said } = await secondOf(gateway)
    expect(said).toContain('another gateway runs on')
    expect(code).toBe(69)
  }
  expect(written(gateway.dataDir)).toEqual(before)
  expect((await gateway.fetch(`${gateway.httpUrl}/livez`)).ok).toBe(true)
})

test('a kill leaves nothing that blocks, nor does a lock that is empty, garbage, or names a process that lives', async () => {
  gateway = await startGateway()
  const lock = join(gateway.dataDir, 'gateway.lock')
  for (const content of [null, '', 'x'.repeat(12_288), readFileSync(lock).subarray(0, 5000)]) {
    await gateway.stop('SIGKILL')
    if (content !== null) writeFileSync(lock, content)
    writeFileSync(
      join(gateway.dataDir, 'gateway.lock.json'),
      JSON.stringify({ pid: process.pid, host: 'h', since: 't' }),
    )
    gateway = await gateway.restart()
    expect((await secondOf(gateway)).code).toBe(69)
  }
  expect(await gateway.stop()).toBe(0)
  expect(existsSync(join(gateway.dataDir, 'gateway.lock.json'))).toBe(false)
})

test('of six that start at once on a new directory one runs, five end and have written nothing', async () => {
  gateway = await startGateway()
  await gateway.stop()
  rmSync(gateway.dataDir, { recursive: true })
  mkdirSync(gateway.dataDir)
  const all = Array.from({ length: 6 }, () => gateway!.relaunch())
  const codes: (number | null)[] = []
  for (const one of all) void one.exited.then((code) => codes.push(code))
  await expect.poll(() => codes.length).toBe(5)
  expect(codes).toEqual([69, 69, 69, 69, 69])
  const running = all.find(({ process: { exitCode } }) => exitCode === null)!
  gateway = running
  await running.up()
  expect(readdirSync(join(running.dataDir, 'journal'))).toHaveLength(1)
})

test.skipIf(process.getuid?.() !== 0)('a container that shares the volume is refused as well', async () => {
  gateway = await startGateway()
  const wrapper = ['unshare', '--pid', '--fork', '--mount-proc', '--net', '--ipc', '--uts']
  const { code, said } = await secondOf(gateway, { wrapper })
  expect(said).toMatch(/another gateway runs on .* \(process \d+ on .*, since /)
  expect(code).toBe(69)
})

test('a restore and a settle do not write where a gateway works', async () => {
  gateway = await startGateway()
  const backup = join(tempDir(), 'backup')
  const config = join(gateway.dir, 'greengauge.yaml')
  const ran = async (...args: string[]) => {
    const child = spawn(process.execPath, [CLI, ...args, '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return { code: ((await once(child, 'close')) as [number])[0], said }
  }
  expect((await ran('backup', backup)).code).toBe(0)
  expect(readdirSync(join(backup, 'data')).filter((name) => name.startsWith('gateway.'))).toEqual([])
  for (const args of [['restore', backup], ['settle']]) {
    const { code, said } = await ran(...args)
    expect(said).toContain('another gateway runs on')
    expect(code).toBe(69)
  }
})
