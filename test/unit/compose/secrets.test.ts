import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** `docker/secrets.sh`, which makes the secrets of docker-compose.yml at the first start. */

const script = join(import.meta.dirname, '..', '..', '..', 'docker', 'secrets.sh')
const NAMES = ['grafana-admin-password', 'influxdb-admin-password', 'influxdb-grafana-password', 'influxdb-token']
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greengauge-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function secrets(args: readonly string[], input = '') {
  // The group of Grafana's image is one that whoever runs this test may not be in.
  const env = { PATH: process.env.PATH ?? '', SECRETS_DIR: folder, GRAFANA_GID: String(process.getgid!()) }
  return spawnSync('sh', [script, ...args], { input, encoding: 'utf8', env })
}

function all(): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

test('at the first start each is made, another one than the others, and the next start changes none', () => {
  expect(secrets([]).status).toBe(0)
  const made = all()
  expect(Object.keys(made).sort()).toEqual(NAMES)
  for (const text of Object.values(made)) expect(text).toMatch(/^[\w-]{43}$/)
  expect(new Set(Object.values(made)).size).toBe(NAMES.length)
  expect(secrets(['make']).status).toBe(0)
  expect(all()).toEqual(made)
})

test('nobody outside their user and group can read them', () => {
  secrets([])
  for (const name of NAMES) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o640)
})

test('one of your own stays in the place of the one that was made', () => {
  secrets([])
  expect(secrets(['set', 'influxdb-token'], 'mine').status).toBe(0)
  secrets([])
  expect(secrets(['show', 'influxdb-token']).stdout).toBe('mine\n')
})

test('nothing does not take the place of a secret, and a wrong name is answered with the right ones', () => {
  secrets([])
  const before = all()
  expect(secrets(['set', 'influxdb-token'], '').status).toBe(65)
  const wrong = secrets(['set', 'token'], 'x')
  expect(wrong.status).toBe(64)
  expect(wrong.stderr).toContain(`there is no secret "token"`)
  for (const name of NAMES) expect(wrong.stderr).toContain(name)
  expect(all()).toEqual(before)
})
