import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../../src/config/config.js'
import { dockerfile } from '../../support/image.js'
import { findServer } from '../../support/servers.js'

/** deploy/factory: a gateway with accounts, TLS and published ports, also for Docker Desktop. */

const root = join(import.meta.dirname, '..', '..', '..')
const folder = join(root, 'deploy', 'factory')
const program = findServer('docker-compose')

interface Service {
  readonly network_mode?: string
  readonly ports?: readonly string[]
  readonly volumes: readonly string[]
  readonly user: string
  readonly read_only: boolean
  readonly cap_drop: readonly string[]
  readonly healthcheck?: object
}

const { services, volumes } = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<'certificate' | 'gateway', Service>>
  volumes: Readonly<Record<string, null>>
}

function configured() {
  const loaded = loadConfig({ file: join(folder, 'gateway', 'greengauge.yaml'), env: {}, flags: {} })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

test('everybody signs in, nothing is plain, and what is published is what listens', () => {
  const { auth, mqtt, http } = configured()
  expect(auth.required).toBe(true)
  expect([mqtt.port, mqtt.ws_port]).toEqual([null, null])
  const listening = [http.port, mqtt.tls?.port]
  expect(http.tls).not.toBeNull()
  expect(services.gateway.ports?.map((port) => Number(port.split(':').at(-1)))).toEqual(listening)
  expect([mqtt.host, http.host]).toEqual(['0.0.0.0', '0.0.0.0'])
})

test('no service needs the network of the host, which Docker Desktop may not have', () => {
  for (const { network_mode } of Object.values(services)) expect([undefined, 'none']).toContain(network_mode)
})

test('no service is root, can become more than it is, or writes outside of its volumes', () => {
  for (const { user, read_only, cap_drop } of Object.values(services)) {
    expect({ user, read_only, cap_drop }).toEqual({ user: '1000:1000', read_only: true, cap_drop: ['ALL'] })
  }
})

test('the gateway reads the certificate that the other service makes, and the image has its folders', () => {
  const { cert_file, key_file } = configured().http.tls!
  expect([cert_file, key_file]).toEqual(['/secrets/certificate.pem', '/secrets/key.pem'])
  expect(services.certificate.volumes).toEqual(['secrets:/secrets'])
  expect(services.gateway.volumes).toContain('secrets:/secrets:ro')
  const made = dockerfile.stages.at(-1)!.steps.flatMap(({ name, text }) => (name === 'RUN' ? text.split(' ') : []))
  for (const path of ['/secrets', '/data', '/backup']) expect(made).toContain(path)
  expect(Object.keys(volumes)).toEqual(['data', 'secrets', 'backup'])
})

test('the commands that the page of containers gives are those of the image and of this file', () => {
  const page = readFileSync(join(root, 'docs', 'operate', 'containers.md'), 'utf8').replace(/\n## A trial [\s\S]*/, '')
  expect(dockerfile.stages.at(-1)!.steps.map(({ text }) => text)).toContain('docker/bin/greengauge /usr/local/bin/')
  for (const path of page.match(/deploy\/factory\/[\w./]+\.yaml/g) ?? [])
    expect(existsSync(join(root, path))).toBe(true)
  const named = [...page.matchAll(/docker compose (?:exec|run --rm)(?: --no-TTY)? (\w+)/g)].map(([, name]) => name)
  expect(new Set(named)).toEqual(new Set(['gateway', 'certificate']))
})

describe.skipIf(program === null)('read by compose itself', () => {
  const read = (env: Readonly<Record<string, string>>) => {
    const args = ['--file', join(folder, 'compose.yaml'), 'config', '--format', 'json']
    const { PATH = '', HOME = '' } = process.env
    return spawnSync(program!, args, { encoding: 'utf8', env: { PATH, HOME, ...env } })
  }

  test('it is right with a name, and says what is wanted without one', () => {
    expect(read({ GATEWAY_NAME: 'gateway.plant.example' })).toMatchObject({ status: 0, stderr: '' })
    expect(read({}).stderr).toContain('set it to the name or address that clients connect to')
  })

  test('backups go to a folder of the host where one is named', () => {
    const { stdout } = read({ GATEWAY_NAME: 'g', BACKUP_FOLDER: '/mnt/nas' })
    const config = JSON.parse(stdout) as {
      services: { gateway: { volumes: { type: string; source: string; target: string }[] } }
    }
    expect(config.services.gateway.volumes.find(({ target }) => target === '/backup')).toMatchObject({
      type: 'bind',
      source: '/mnt/nas',
    })
  })
})
