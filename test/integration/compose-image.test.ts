import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseDockerfile } from '../support/dockerfile.js'
import { freePort, until } from '../support/gateway.js'
import { buildImage, type Image } from '../support/image.js'

/** The image that `docker build` makes, made without an engine: it holds what runs, runs, and is told healthy or not. */

const readText = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8')

let dir: string
let image: Image

/** Runs something as a container would: in its folder, with its environment, whose paths lie below its root. */
function start([program, ...args]: readonly string[], more: Readonly<Record<string, string>>): ChildProcess {
  const own = [...image.env].map(([name, value]) => [name, value.startsWith('/') ? join(image.root, value) : value])
  const env = { PATH: process.env.PATH ?? '', ...(Object.fromEntries(own) as Record<string, string>), ...more }
  return spawn(program!, args, { cwd: image.workdir, stdio: 'ignore', env })
}

const exitOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve))

function stop(child: ChildProcess): Promise<number | null> {
  const exited = exitOf(child)
  child.kill('SIGTERM')
  return exited
}

test('nothing of it runs as root, with a capability, or on a file system that it can write', () => {
  const { services } = parse(readText('docker-compose.yml'), { merge: true }) as {
    services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  for (const [name, service] of Object.entries(services)) {
    expect([name, service]).toMatchObject([
      name,
      { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], tmpfs: ['/tmp'] },
    ])
    expect([name, String(service.user)]).toEqual([name, expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)])
    expect(service).not.toHaveProperty('privileged')
    expect(service).not.toHaveProperty('cap_add')
  }
  const { stages } = parseDockerfile(readText('Dockerfile'))
  const runs = stages.at(-1)!.steps
  expect(runs.filter(({ name }) => name === 'USER').map(({ text }) => text)).toEqual(['node'])
  expect(runs.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
    runs.findLastIndex(({ name }) => name === 'RUN'),
  )
  expect(runs.some(({ name }) => name === 'HEALTHCHECK')).toBe(true)
})

const isAsked = process.env.IMAGE_STEPS === '1'
if (!isAsked)
  console.warn('skipped: the steps of the Dockerfile, which take a minute; IMAGE_STEPS=1 npm test does them')

describe.skipIf(!isAsked)('the image', () => {
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-image-'))
    image = buildImage(dir)
  })

  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('it holds what runs and nothing that only builds', () => {
    const held = ['LICENSE', 'devices', 'dist', 'factors', 'healthcheck.mjs', 'node_modules', 'package.json']
    expect(readdirSync(image.workdir).sort()).toEqual(held)
    const { dependencies, devDependencies } = JSON.parse(readText('package.json'))
    const installed = readdirSync(join(image.workdir, 'node_modules'))
    const plain = (packages: object) => Object.keys(packages).filter((name) => !name.startsWith('@'))
    expect(installed).toEqual(expect.arrayContaining(plain(dependencies)))
    expect(plain(devDependencies).filter((name) => installed.includes(name))).toEqual([])
  })

  test('it says its version', () => {
    const [program, ...args] = [...image.entrypoint, 'version']
    const done = spawnSync(program!, args, { cwd: image.workdir, encoding: 'utf8' })
    expect(done.stdout).toMatch(/^greengauge \d/)
  })

  test('it runs, is healthy, sees the devices of the simulators, and stops when it is told to', async () => {
    const ports = { GREENGAUGE_HTTP__PORT: `${await freePort()}`, GREENGAUGE_MQTT__PORT: `${await freePort()}` }
    const { services } = parse(readText('docker-compose.yml'), { merge: true }) as {
      services: { simulators: { healthcheck: { test: string[] } } }
    }
    const isHealthy = () => exitOf(start(image.healthcheck, ports)).then((code) => code === 0)
    const isSeen = () => exitOf(start(services.simulators.healthcheck.test.slice(1), ports)).then((code) => code === 0)
    expect([await isHealthy(), await isSeen()]).toEqual([false, false])

    const gateway = start([...image.entrypoint, ...image.command], ports)
    try {
      await until(isHealthy)
      expect(await isSeen()).toBe(false)
      const url = `mqtt://127.0.0.1:${ports.GREENGAUGE_MQTT__PORT}`
      const simulate = ['simulate', '--url', url, '--plants', '1', '--devices', '2']
      const simulators = start([...image.entrypoint, ...simulate], {})
      await until(isSeen)
      expect(await stop(simulators)).toBe(0)
    } finally {
      expect(await stop(gateway)).toBe(0)
    }
    expect(readdirSync(join(image.root, image.env.get('GREENGAUGE_DATA_DIR')!))).toContain('journal')
  })
})
