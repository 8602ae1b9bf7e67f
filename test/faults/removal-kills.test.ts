// @module-tag deep
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DayBody } from '../../src/audit/ledger/entry.js'
import { readEntries } from '../../src/audit/ledger/ledger.js'
import type { PlantsAnswer } from '../../src/base/wire.js'
import type { ForgetAnswer } from '../../src/views/wire/forget.js'
import { greengauge } from '../support/cli.js'
import {
  accounting,
  getJson,
  readiness,
  removeData,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'

/** Proves that a gateway that is killed at any step of a removal carries it out all the same, once, and tells of it. */

const PLANT = 'works'
const DAY = Date.UTC(2026, 9, 5)
const QUARTER_MS = 15 * 60_000
const DAYS = 3
const SAMPLES = DAYS * 96
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [{ id: PLANT, name: { en: 'Works' }, timezone: 'UTC', grid_region: 'CN-JS' }],
}
const KILLING = new URL('./kill-on-command.mjs', import.meta.url)

const flags = mkdtempSync(join(tmpdir(), 'greengauge-kill-'))
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG, env: { NODE_OPTIONS: `--import=${KILLING.href}`, KILL_DIR: flags } })
})

afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  rmSync(flags, { recursive: true })
})

/** Sends three days of each device, with so many kWh a quarter of an hour. */
async function send(stepOf: Readonly<Record<string, number>>): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const sent = Object.entries(stepOf).map(([device, step]) => {
    const samples = Array.from({ length: SAMPLES }, (_, i) => ({
      ts: DAY + (i - 96) * QUARTER_MS,
      metrics: { elec_import_kwh: i * step },
    }))
    return client.publishAsync(`plants/${PLANT}/hall/${device}/energy`, JSON.stringify(samples), { qos: 1 })
  })
  await Promise.all(sent)
  await client.endAsync()
}

async function sealedDays(): Promise<readonly DayBody[]> {
  const found: DayBody[] = []
  for await (const { body } of readEntries(join(gateway.dataDir, 'ledger')))
    if (body.kind === 'day' && body.rows_of === 'reading') found.push(body)
  return found
}

/** Rows of the newest states of all days. */
async function sealedRows(): Promise<number> {
  const newest = new Map((await sealedDays()).map((day) => [day.day, day.rows]))
  return [...newest.values()].reduce((sum, rows) => sum + rows, 0)
}

async function devices(): Promise<readonly string[]> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  return plants.flatMap(({ lines }) => lines.flatMap((line) => line.devices.map(({ id }) => id))).sort()
}

async function forget(device: string): Promise<ForgetAnswer> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/plants/${PLANT}/devices/forget`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ devices: [device], dry_run: false, by: 'wei', why: 'mistyped' }),
  })
  return (await answer.json()) as ForgetAnswer
}

async function energyOfDay(): Promise<number | null | undefined> {
  const query = `scope=plant&id=${PLANT}&window=1d&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?${query}`
  return (await getJson<{ points: readonly { value: number | null }[] }>(gateway, path)).points[0]?.value
}

async function checked(): Promise<void> {
  const { code, stdout, stderr } = await greengauge('ledger', 'check', '--config', join(gateway.dir, 'greengauge.yaml'))
  expect(code, stdout + stderr).toBe(0)
  const verified = await greengauge('verify', join(gateway.dataDir, 'ledger'))
  expect(verified.code, verified.stdout + verified.stderr).toBe(0)
}

const isAnswering = async () => {
  const answer = await fetch(`${gateway.httpUrl}/readyz`).catch(() => null)
  return answer?.ok === true
}

async function started(): Promise<void> {
  gateway = await gateway.restart()
  await until(isAnswering)
}

/** No order waits any more. */
async function isRemoved(): Promise<boolean> {
  const { checks } = await readiness(gateway)
  return checks.every(({ name, reason }) => name !== 'removals' || reason === '')
}

// First of all files hold rows of both devices; afterwards those of the removed one are in files of their own.
test.each(['files', 'act', 'before-note', 'note', 'before-head', 'told', 'taken', 'ended'])(
  'killed at the step "%s" it ends as if it had not been',
  async (step) => {
    const device = `typo-${step}`
    await send(step === 'files' ? { 'main-1': 1, [device]: 5 } : { [device]: 5 })
    await until(async () => (await energyOfDay()) === 96 * 6)
    await until(async () => (await sealedRows()) === 2 * SAMPLES)
    const before = (await sealedDays()).filter(({ removed }) => removed !== undefined).length
    writeFileSync(join(flags, step), '')
    expect((await forget(device)).devices).toMatchObject([{ device }])
    if (step === 'act') await gateway.stop('SIGKILL')
    await gateway.exited
    expect(gateway.process.signalCode).toBe('SIGKILL')
    await checked()
    rmSync(join(flags, step), { force: true })
    await started()
    await until(isRemoved)
    await until(async () => (await energyOfDay()) === 96)
    expect(await devices()).toEqual(['main-1'])
    expect((await accounting(gateway)).closes).toBe(true)
    const told = (await sealedDays()).filter(({ removed }) => removed !== undefined)
    expect(told.slice(before).map(({ removed }) => [removed!.devices, removed!.rows])).toEqual(
      Array.from({ length: DAYS }, () => [[device], 96]),
    )
    await checked()
  },
)

test('a device that was removed and sends again is new, and a database made anew from the files has the same', async () => {
  await send({ 'typo-note': 5 })
  await until(async () => (await energyOfDay()) === 96 * 6)
  expect(await devices()).toEqual(['main-1', 'typo-note'])
  await until(async () => (await sealedRows()) === 2 * SAMPLES)
  const { readings } = await accounting(gateway)
  await gateway.stop()
  for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
  await started()
  await until(async () => (await energyOfDay()) === 96 * 6)
  const after = await accounting(gateway)
  expect([after.closes, after.readings.archived]).toEqual([true, readings.archived])
  expect(await devices()).toEqual(['main-1', 'typo-note'])
  await checked()
})
