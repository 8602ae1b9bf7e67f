// @module-tag slow

import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/audit/ledger/entry.js'
import { readEntries } from '../../src/audit/ledger/ledger.js'
import type { HealthCheck } from '../../src/base/wire.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')

let gateway: TestGateway

beforeAll(async () => {
  const plants = [
    {
      id: 'sealed-1',
      name: { en: 'Sealed' },
      timezone: 'UTC',
      lines: [{ id: 'press' }],
      devices: [{ id: 'main-1', line: 'press' }],
    },
  ]
  gateway = await startGateway({ config: { plants, archive: { delta_s: 1 } } })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function send(count: number, fromMs: number): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const messages = Array.from({ length: count }, (_, i) => ({
    ts: fromMs + i * 60_000,
    metrics: { elec_import_kwh: i },
  }))
  await client.publishAsync('plants/sealed-1/press/main-1/energy', JSON.stringify(messages), { qos: 1 })
  await client.endAsync()
}

async function entries(): Promise<readonly LedgerEntry[]> {
  const all: LedgerEntry[] = []
  for await (const entry of readEntries(join(gateway.dataDir, 'ledger'))) all.push(entry)
  return all
}

const days = async () =>
  (await entries()).flatMap(({ body }) => (body.kind === 'day' && body.rows_of === 'reading' ? [body] : []))

function ledger(...args: readonly string[]) {
  const config = join(gateway.dir, 'greengauge.yaml')
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'ledger', ...args, '--config', config], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a running gateway seals its configuration, its tables and each day that is over, late readings included', async () => {
  await send(100, Date.UTC(2026, 0, 5))
  await until(async () => (await days()).length === 1)
  await send(1, Date.UTC(2026, 0, 5, 23))
  await until(async () => (await days()).length === 2)
  const kinds = (await entries()).map(({ body }) => body.kind)
  const once = ['configuration', 'factors', 'key']
  expect(kinds.filter((kind) => once.includes(kind)).toSorted()).toEqual(once)
  expect(await days()).toEqual([
    expect.objectContaining({ plant: 'sealed-1', day: '2026-01-05', rows: 100, generation: 1 }),
    expect.objectContaining({ plant: 'sealed-1', day: '2026-01-05', rows: 101, generation: 2 }),
  ])
  const { checks } = await getJson<{ checks: readonly HealthCheck[] }>(gateway, '/readyz?verbose')
  expect(checks).toContainEqual({ name: 'ledger', ok: true, reason: '' })
})

test('the command checks it while the gateway runs and when it does not, and says what newest hash there is', async () => {
  const running = ledger('check', '--full')
  expect(running.stdout).not.toContain('FAULT')
  expect(running).toMatchObject({ status: 0, stderr: '' })
  const { hash, fingerprint } = JSON.parse(ledger('head', '--json').stdout) as Record<string, string>
  expect((await entries()).map((entry) => entry.hash)).toContain(hash)
  await gateway.stop('SIGKILL')
  const killed = ledger('check', '--key', fingerprint!)
  expect(killed.stdout).not.toContain('FAULT')
  expect(killed).toMatchObject({ status: 0, stderr: '' })
  expect(ledger('check', '--key', 'ab'.repeat(32))).toMatchObject({ status: 65 })
})

test('a file that was altered while the gateway was down is named; a line that a kill tore is set aside', async () => {
  const [file] = (await days()).at(-1)!.files
  const path = join(gateway.dataDir, 'archive', file!.name)
  const whole = readFileSync(path)
  writeFileSync(path, whole.with(100, whole[100]! ^ 1))
  const { status, stdout } = ledger('check', '--language', 'zh')
  expect(status).toBe(65)
  expect(stdout).toContain(`archive/${file!.name} 已被改动`)
  writeFileSync(path, whole)
  appendFileSync(join(gateway.dataDir, 'ledger', 'ledger.jsonl'), '{"torn')
  const torn = ledger('check')
  expect(torn.stdout).toMatch(/ok +ledger.jsonl line \d+ is not written to its end/)
  expect(torn).toMatchObject({ status: 0, stderr: '' })
  gateway = await gateway.restart()
  await until(async () => gateway.log().includes('it was set aside as'))
  const restarted = ledger('check')
  expect(restarted.stdout).not.toContain('FAULT')
  expect(restarted).toMatchObject({ status: 0, stderr: '' })
})
