import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** Proves that a start which the machine refuses ends with one line for people: what, where, why, what to do. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const hasStrace = spawnSync('strace', ['-V']).status === 0
/** With -D the gateway is the process that is started, and gets its signals. */
const STRACE = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null'] as const
const isRoot = process.getuid?.() === 0
const STOP_MS = 30_000

let dir: string
let mounted: string[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-start-'))
  mounted = []
})

afterEach(() => {
  for (const place of mounted.reverse()) spawnSync('umount', [place])
  rmSync(dir, { recursive: true, force: true })
})

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
  if (!args.includes('-o') || !args.some((one) => one.startsWith('remount'))) mounted.push(args.at(-1)!)
}

/** Starts a gateway, and gives how it ended and what it said; one that serves is stopped. */
async function start(dataDir: string, wrapper: readonly string[] = []) {
  const file = join(dir, 'greengauge.yaml')
  const broker = `{ id: plant-broker, client_id: gg1, url: "mqtt://127.0.0.1:1", topics: ["a/#"] }`
  const hook = '{ id: hook, type: webhook, url: "http://127.0.0.1:1/x" }'
  writeFileSync(
    file,
    `data_dir: ${dataDir}\nmqtt: { port: 0 }\nhttp: { port: 0 }\nauth: { required: true }\nbrokers: [${broker}]\nnotify: { channels: [${hook}] }\n`,
  )
  const [program = '', ...args] = [...wrapper, process.execPath, CLI, 'run', '--config', file]
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.includes('Server listening')) child.kill('SIGTERM')
  })
  const late = setTimeout(() => child.kill('SIGTERM'), STOP_MS)
  const [code] = (await exited) as [number | null]
  clearTimeout(late)
  return { code, said }
}

/** A line of the log. */
const REFUSED = /^\{"level":"error".*"The gateway cannot start: cannot /

function expectTold({ code, said }: { code: number | null; said: string }, why: RegExp, exit = 74): void {
  expect(said).not.toMatch(/^\s+at /m)
  expect(said).toMatch(why)
  expect(said).toContain('set data_dir to another disk')
  expect(said.split('\n').filter((line) => REFUSED.test(line))).toHaveLength(1)
  expect(code).toBe(exit)
}

describe.skipIf(!isRoot)('on a real file system', () => {
  test.each(['4k', '8k', '16k'])('of %s', async (size) => {
    const disk = join(dir, 'disk')
    mkdirSync(disk)
    mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk)
    const ended = await start(join(disk, 'data'))
    expectTold(ended, /: the disk is full \(ENOSPC\); free some space/)
    expect(ended.said).toContain(disk)
  })

  test('that is read-only: a new data directory, and one that has worked; and a folder of it alone', async () => {
    const disk = join(dir, 'disk')
    mkdirSync(disk)
    mount('-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk)
    mount('-o', 'remount,ro', disk)
    expectTold(await start(join(disk, 'data')), /cannot make the folder .*(read-only|EROFS)/)
    mount('-o', 'remount,rw', disk)
    const dataDir = join(disk, 'data')
    expect((await start(dataDir)).said).toContain('Server listening')
    mount('-o', 'remount,ro', disk)
    expectTold(await start(dataDir), /gateway\.lock: the file system is read-only \(EROFS\); mount it for writing/)
    mount('-o', 'remount,rw', disk)
    const journal = join(dataDir, 'journal')
    mount('--bind', journal, journal)
    mount('-o', 'remount,ro,bind', journal)
    expectTold(await start(dataDir), /cannot open .*\.journal: the file system is read-only \(EROFS\)/)
  })
})

/** What a start writes, by the file whose call the kernel refuses; `at` is its place in what is said. */
const WRITTEN = [
  'gateway.lock',
  'format.json.unfinished',
  'access',
  'access/local-token',
  'journal',
  'journal/00000001.journal',
  'archive',
  'archive.duckdb',
  'quarantine',
  'ledger',
  'ledger/ledger.jsonl',
  'reports',
  'brokers',
  'notify',
  'audit-log',
]
/** Without these it serves, and says so: nobody can sign in, or nothing was there to write. */
const SERVES = new Set(['audit-log', 'brokers', 'notify', 'access/local-token'])

test.skipIf(!hasStrace)(
  'refused at any file that it writes, it says at which; permission ends with 77',
  { timeout: 600_000 },
  async () => {
    const calls = 'openat,mkdir,write,pwrite64,rename,link'
    for (const [error, name] of [
      ...WRITTEN.map((name) => ['ENOSPC', name] as const),
      ['EACCES', 'ledger/ledger.jsonl'] as const,
      ['EIO', 'quarantine'] as const,
    ]) {
      const dataDir = join(dir, `${error}-${name.replaceAll('/', '-')}`)
      const inject = ['-P', join(dataDir, name), '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`]
      const { code, said } = await start(dataDir, [...STRACE, ...inject])
      const where = `${error} at ${name}: ${said}`
      expect(said, where).not.toMatch(/^\s+at /m)
      // The first write to a journal is tried again, as any other is.
      if (SERVES.has(name) || name.endsWith('.journal')) continue
      expect(said, where).toMatch(/"level":"error".*"The gateway cannot start: cannot .* \(E[A-Z]+\); /)
      expect(said, where).toContain(name.split('/')[0]!.replace('.unfinished', ''))
      expect(code, where).toBe(error === 'EACCES' ? 77 : 74)
    }
  },
)
