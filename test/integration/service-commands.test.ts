// @module-tag slow

import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HealthCheck } from '../../src/base/wire.js'
import { greengauge } from '../support/cli.js'
import { freePort, until } from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'

/** Proves that a service which runs as a user of its own and the commands of root work on the same data, from anywhere. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
/** A user that owns nothing else. */
const SERVICE = { uid: 61_234, gid: 61_235 } as const
const AS_SERVICE = ['setpriv', `--reuid=${SERVICE.uid}`, `--regid=${SERVICE.gid}`, '--clear-groups'] as const
const isRoot = process.getuid?.() === 0
const canUnshare = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0

let dir: string
let dataDir: string
let stops: (() => Promise<unknown>)[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-service-'))
  chmodSync(dir, 0o755)
  dataDir = join(dir, 'data')
  stops = []
})

afterEach(async () => {
  for (const stop of stops) await stop()
  rmSync(dir, { recursive: true, force: true })
})

async function configure(text = ''): Promise<{ file: string; http: number; mqtt: number }> {
  const [http, mqtt] = [await freePort(), await freePort()]
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, `data_dir: ./data\nhttp: { port: ${http} }\nmqtt: { port: ${mqtt} }\n${text}`)
  return { file, http, mqtt }
}

/** Starts the gateway as the user of the service, from a folder that has nothing to do with it, and waits until it answers. */
async function startService(file: string, http: number) {
  const child = spawn(AS_SERVICE[0], [...AS_SERVICE.slice(1), process.execPath, CLI, 'run', '--config', file], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  stops.push(stop)
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${log}`)
    return fetch(`http://127.0.0.1:${http}/livez`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  const lists = async (): Promise<HealthCheck | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${http}/readyz?verbose`).catch(() => null)
    const { checks } = ((await answer?.json().catch(() => null)) ?? { checks: [] }) as { checks: HealthCheck[] }
    return checks.find(({ name }) => name === 'lists')
  }
  return { stop, lists, log: () => log }
}

async function mayConnect(port: number, client: string, password: string): Promise<boolean> {
  const options = { clientId: client, username: client, password, reconnectPeriod: 0, connectTimeout: SOON_MS }
  const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, options).catch(() => null)
  await connected?.endAsync()
  return connected !== null
}

describe.skipIf(!isRoot)('commands of root beside a service of another user', () => {
  test('what they change is in force at once; what they leave unreadable is red, and the last list goes on', async () => {
    mkdirSync(dataDir, { mode: 0o700 })
    chownSync(dataDir, SERVICE.uid, SERVICE.gid)
    const { file, http, mqtt } = await configure('auth: { required: true }\n')
    const first = await startService(file, http)
    const added = await greengauge('device', 'add', 'p/l/m1', '--client', 'plc', '--config', file, '--json')
    const [{ token }] = JSON.parse(added.stdout) as [{ token: string }]
    await until(async () => mayConnect(mqtt, 'plc', token))
    for (const name of ['devices.json', 'access/credentials.json', 'access']) {
      expect(statSync(join(dataDir, name)), name).toMatchObject(SERVICE)
    }

    // A command that did not look whose the folder is has left the files like this.
    for (const name of ['devices.json', 'access/credentials.json', 'access']) {
      chownSync(join(dataDir, name), 0, 0)
      chmodSync(join(dataDir, name), name === 'access' ? 0o700 : 0o600)
    }
    await until(async () => (await first.lists())?.ok === false)
    expect((await first.lists())?.reason).toContain(`chown -R --reference=${dataDir} ${dataDir}/access`)
    expect(await mayConnect(mqtt, 'plc', token)).toBe(true)
    await first.stop()

    const second = await startService(file, http)
    // Readiness is told behind the start which files could not be read.
    await expect.poll(second.lists).toMatchObject({ ok: false, reason: expect.stringContaining('(EACCES)') })
    expect(await mayConnect(mqtt, 'plc', token)).toBe(true)
    expect(await mayConnect(mqtt, 'plc', 'another')).toBe(false)
    for (const name of ['access', 'devices.json']) {
      spawnSync('chown', ['-R', `--reference=${dataDir}`, join(dataDir, name)])
    }
    await until(async () => (await second.lists())?.ok === true)
  })

  test('doctor of root names what the user of the service may not read, and its start ends so that it is tried again', async () => {
    mkdirSync(dataDir, { mode: 0o700 })
    chownSync(dataDir, SERVICE.uid, SERVICE.gid)
    const tls = join(dir, 'tls')
    await greengauge('certificate', 'selfsigned', '--host', '127.0.0.1', '--out', tls)
    const { file } = await configure()
    const http = await freePort()
    const files = `cert_file: ${tls}/certificate.pem, key_file: ${tls}/key.pem`
    writeFileSync(file, `data_dir: ./data\nhttp: { port: ${http}, tls: { ${files} } }\nmqtt: { port: 0 }\n`)

    const asService = [...AS_SERVICE.slice(1), process.execPath, CLI, 'run', '--config', file]
    const start = spawnSync(AS_SERVICE[0], asService, { cwd: '/', encoding: 'utf8', timeout: SOON_MS })
    expect(start.stderr).toContain(`http.tls.key_file ${tls}/key.pem cannot be read (EACCES); give it to the user`)
    expect(start.status).toBe(77)

    const before = await greengauge('doctor', '--config', file)
    expect(before.stdout).toContain(`(uid ${SERVICE.uid}) may not read ${tls}/key.pem`)
    expect(before.stdout).toContain(`chown --reference=${dataDir} ${tls}/key.pem`)
    expect(before.code).toBe(77)
    spawnSync('chown', [`--reference=${dataDir}`, join(tls, 'key.pem')])
    expect(await greengauge('doctor', '--config', file)).toMatchObject({ code: 0 })
    chmodSync(file, 0o600)
    const shut = spawnSync(AS_SERVICE[0], asService, { cwd: '/', encoding: 'utf8', timeout: SOON_MS })
    expect(shut.stderr).toContain('One file cannot be read by this user; nothing was started.')
    expect(shut.status).toBe(77)
  })

  test('work on many files, once done, leaves none that the service cannot open', async () => {
    mkdirSync(dataDir, { mode: 0o700 })
    chownSync(dataDir, SERVICE.uid, SERVICE.gid)
    const { file, http } = await configure()
    const service = await startService(file, http)
    await service.stop()
    expect(await greengauge('settle', '--config', file)).toMatchObject({ code: 0 })
    const foreign = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => {
      return statSync(join(dataDir, name)).uid !== SERVICE.uid
    })
    expect(foreign).toEqual([])
    await startService(file, http)
  })
})

test('settle opens none of the listeners, and makes no reports', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  stops.push(async () => taken.close())
  mkdirSync(join(dataDir, 'journal'), { recursive: true })
  const plant = 'plants: [ { id: p, name: { en: P }, timezone: UTC } ]'
  const schedules = 'reports: { schedules: [ { plants: [ p ], cron: "* * * * *", period: day } ] }'
  const { file } = await configure(
    `hj212: { port: ${(taken.address() as AddressInfo).port} }\n${plant}\n${schedules}\n`,
  )
  const { code, stderr } = await greengauge('settle', '--config', file)
  expect(stderr).not.toContain('HJ 212')
  expect(code).toBe(0)
  expect(existsSync(join(dataDir, 'reports', 'schedules.json'))).toBe(false)
})

describe('the folder that commands work on', () => {
  const inDir = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [CLI, ...args], { cwd: dir, env: { PATH: process.env.PATH } }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    )

  test.each([
    ['backup', [join('/tmp', 'greengauge-never-made')]],
    ['device', ['list']],
    ['device', ['add', 'p/l/d']],
    ['user', ['list']],
    ['reports', []],
    ['settle', []],
  ])('%s refuses one that was never a gateway’s, and makes nothing', async (command, args) => {
    const { code, stderr } = await inDir(command, ...args)
    expect(stderr).toContain(`error: ${join(dir, 'data')} was never the data directory of a gateway`)
    expect([code, existsSync(dataDir), existsSync('/tmp/greengauge-never-made')]).toEqual([69, false, false])
  })

  test('is that of the configuration file, from wherever they are run', async () => {
    mkdirSync(join(dataDir, 'journal'), { recursive: true })
    const { file } = await configure()
    expect(await greengauge('device', 'add', 'p/l/d', '--config', file)).toMatchObject({ code: 0 })
    expect(readFileSync(join(dataDir, 'devices.json'), 'utf8')).toContain('"device": "d"')
    const unnamed = await inDir('device', 'list')
    expect(unnamed).toMatchObject({ code: 0, stdout: expect.stringContaining('p/l/d') })
    expect(unnamed.stderr).toContain(`this is about ${dataDir}`)
  })

  test.skipIf(!canUnshare)('is that of the installed configuration where none is named', async () => {
    mkdirSync(join(dataDir, 'journal'), { recursive: true })
    const inPlace =
      'mount -t tmpfs tmpfs /etc && mkdir /etc/greengauge && echo "data_dir: $0" > /etc/greengauge/greengauge.yaml'
    const call = `${inPlace} && exec "${process.execPath}" "${CLI}" device add p/l/d`
    const { stderr } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', call, dataDir], { cwd: '/' })
    expect(stderr).toContain(`kept in ${dataDir}/devices.json`)
    expect(existsSync(join(dataDir, 'devices.json'))).toBe(true)
  })
})
