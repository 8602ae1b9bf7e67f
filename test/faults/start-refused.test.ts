// @module-tag deep
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'

/** Proves that a start which the machine refuses ends with one line for people: what, where, why, what to do. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const hasStrace = spawnSync('strace', ['-V']).status === 0
/** With -D the gateway is the process that is started, and gets its signals. */
const STRACE = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null'] as const
const isRoot = process.getuid?.() === 0

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

const PORTS = 'mqtt: { port: 0 }\nhttp: { port: 0 }\n'

/**
 * Starts a gateway, and gives how it ended and what it said; one that serves is stopped, after `meanwhile` where there is any.
 * `settings` are more of the file.
 */
async function start(
  dataDir: string,
  wrapper: readonly string[] = [],
  { settings = PORTS, auth = true, meanwhile = async (_said: () => string) => {} } = {},
) {
  const file = join(dir, 'greengauge.yaml')
  const broker = `{ id: plant-broker, client_id: gg1, url: "mqtt://127.0.0.1:1", topics: ["a/#"] }`
  const hook = '{ id: hook, type: webhook, url: "http://127.0.0.1:1/x" }'
  writeFileSync(
    file,
    `data_dir: ${dataDir}\n${settings}auth: { required: ${auth} }\nbrokers: [${broker}]\nnotify: { channels: [${hook}] }\n`,
  )
  const [program = '', ...args] = [...wrapper, process.execPath, CLI, 'run', '--config', file]
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  // With all that it has said, which may come behind its end.
  const closed = once(child, 'close')
  let said = ''
  let isServing = false
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (!said.includes('Server listening') || isServing) return
    isServing = true
    void meanwhile(() => said).finally(() => child.kill('SIGTERM'))
  })
  const late = setTimeout(() => child.kill('SIGTERM'), SOON_MS)
  const [code] = (await closed) as [number | null]
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

const fill = (disk: string): void => {
  spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'fill')}`, 'bs=4k'])
}

describe.skipIf(!isRoot)('on a real file system', () => {
  test('that is full although it has worked: it serves, or says that it is full', async () => {
    const disk = join(dir, 'disk')
    mkdirSync(disk)
    mount('-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk)
    expect((await start(join(disk, 'data'))).said).toContain('Server listening')
    fill(disk)
    const { code, said } = await start(join(disk, 'data'))
    expect(said).not.toMatch(/^\s+at /m)
    expect(said).toMatch(/ENOSPC|No space left on device/)
    expect(code === 74 || said.includes('Server listening'), said).toBe(true)
  })

  test('that fills while it runs: the log says so, once, and when it is over', async () => {
    const disk = join(dir, 'disk')
    mkdirSync(disk)
    mount('-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk)
    const { said } = await start(join(disk, 'data'), [], {
      meanwhile: async (log) => {
        fill(disk)
        const [, port] = /"port":(\d+)[^\n]*listening for MQTT/.exec(log()) ?? []
        const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
        // More than is left of the page that the journal writes to.
        client.publish('plants/p/l/d/energy', 'x'.repeat(20_000), { qos: 1 })
        await until(() => log().includes('not ready: journal: '))
        rmSync(join(disk, 'fill'))
        await until(() => log().includes('ready again: journal'))
        await client.endAsync(true)
      },
      auth: false,
    })
    expect(said.match(/not ready: journal: [^"]*ENOSPC/g)).toHaveLength(1)
  })

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

test('in a place of the kernel’s own, or of a file, it ends and says so', async () => {
  const file = join(dir, 'file')
  writeFileSync(file, '')
  const place = await start('/proc/none/data')
  expect(place.said).toMatch(
    /cannot make the folder \/proc\/none: there is no such place \(ENOENT\); .*set data_dir to another/,
  )
  const taken = await start(file)
  expect(taken.said).toMatch(/cannot make the folder .*\/file: something that is no folder has this name \(EEXIST\)/)
  expect([place.code, taken.code]).toEqual([74, 74])
})

test.each([
  ['mqtt', 'listen for MQTT on 192.0.2.1:0'],
  ['hj212', 'listen for HJ 212 on 192.0.2.1:0'],
  ['http', 'listen for HTTP on 192.0.2.1'],
])('with a %s.host that is not this machine’s it says which setting', async (section, what) => {
  const ports = ['mqtt', 'http', 'hj212'].map((one) => {
    return `${one}: { port: 0${one === section ? ', host: 192.0.2.1' : ''} }\n`
  })
  const { code, said } = await start(join(dir, 'data'), [], { settings: ports.join('') })
  expect(said).not.toMatch(/^\s+at /m)
  expect(said).toContain(`The gateway cannot start: ${what}: this machine has no such address; set ${section}.host to`)
  expect(code).toBe(69)
})

describe.skipIf(!isRoot)('as a user of its own', () => {
  const asOther = ['setpriv', '--reuid=61234', '--regid=61235', '--clear-groups'] as const

  test('that may not write: the data directory is named, not a port; of one below a folder of root’s how it is made', async () => {
    chmodSync(dir, 0o755)
    const dataDir = join(dir, 'data')
    mkdirSync(dataDir)
    const shut = await start(dataDir, asOther)
    expect(shut.said).toMatch(
      /The gateway cannot start: cannot open .*\/data\/gateway\.lock: this user may not \(EACCES\)/,
    )
    const missing = await start(join(dir, 'none', 'data'), asOther)
    expect(missing.said).toContain(`(install -d -m 0700 -o USER ${join(dir, 'none', 'data')})`)
    for (const { said } of [shut, missing]) expect(said).not.toMatch(/Port |^\s+at /m)
    expect([shut.code, missing.code]).toEqual([77, 77])
  })
})

/** Files and folders that a start writes, below the data directory; the kernel refuses calls at one of them in each start. */
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

test.skipIf(!hasStrace)('refused at any file that it writes, it says at which; permission ends with 77', async () => {
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
})
