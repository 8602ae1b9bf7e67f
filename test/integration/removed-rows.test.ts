// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditJob } from '../../src/base/report.js'
import type { PlantsAnswer } from '../../src/base/wire.js'
import type { ForgetAnswer } from '../../src/views/wire/forget.js'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { checkLedger, ended, posted, sealedDaysOf } from '../support/removals.js'

/** Proves that what a person removes is out of the sealed days too: reports frozen later verify, and name what went. */

const PLANT = 'works'
const DAY = Date.UTC(2026, 9, 5)
const QUARTER_MS = 15 * 60_000
const SAMPLES = 3 * 96
const REPORT = `${PLANT}.ghg.2026-10-05.2026-10-06`
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'Works' },
      timezone: 'UTC',
      grid_region: 'CN-JS',
    },
  ],
}

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await send('main-1', 1)
  await send('typo', 5)
  await until(async () => (await accounting(gateway)).readings.archived === 2 * SAMPLES)
  await until(async () => (await sealedDaysOf(gateway)).length >= 3)
})

afterAll(async () => {
  await client?.endAsync(true)
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
})

async function send(device: string, step: number): Promise<void> {
  const samples = Array.from({ length: SAMPLES }, (_, i) => ({
    ts: DAY + (i - 96) * QUARTER_MS,
    metrics: { elec_import_kwh: i * step },
  }))
  await client.publishAsync(`plants/${PLANT}/hall/${device}/energy`, JSON.stringify(samples), { qos: 1 })
}

const forget = (body: object) =>
  post<ForgetAnswer>(`/plants/${PLANT}/devices/forget`, { dry_run: false, by: 'wei', why: 'mistyped topic', ...body })

async function devices(): Promise<readonly string[]> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  return plants.flatMap(({ lines }) => lines.flatMap((line) => line.devices.map(({ id }) => id))).sort()
}

const post = <T = AuditJob>(path: string, body: object) => posted<T>(gateway, path, body)

const removed = async () => (await sealedDaysOf(gateway)).filter((day) => day.removed !== undefined)

async function dayOfPlant(): Promise<number | null | undefined> {
  const query = `scope=plant&id=${PLANT}&window=1d&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?${query}`
  return (await getJson<{ points: readonly { value: number | null }[] }>(gateway, path)).points[0]?.value
}

test('the days that held it are sealed anew, each with the number and the hash of what went', async () => {
  await until(async () => (await dayOfPlant()) === 96 * 6)
  const before = await sealedDaysOf(gateway)
  expect((await forget({ devices: ['typo'] })).body.devices).toMatchObject([{ device: 'typo' }])
  await until(async () => (await removed()).length === 3)
  for (const { day, rows, removed: gone } of await removed()) {
    const last = before.filter((one) => one.day === day).at(-1)!
    expect([last.rows, rows, gone!.rows]).toEqual([192, 96, 96])
    expect(gone).toMatchObject({ by: 'wei', why: 'mistyped topic', devices: ['typo'] })
    expect(gone!.root).toMatch(/^[0-9a-f]{64}$/)
  }
  await until(async () => (await dayOfPlant()) === 96)
  expect((await accounting(gateway)).closes).toBe(true)
  await checkLedger(gateway)
})

test('a report that is frozen afterwards verifies, and names who removed how many rows and why', async () => {
  await ended(gateway, await post('/reports', { plants: [PLANT], from: '2026-10-05', to: '2026-10-06' }))
  expect(await ended(gateway, await post(`/reports/${REPORT}/freeze`, { by: 'Wang' }))).toMatchObject({ state: 'done' })
  const { findings } = await ended(gateway, await post(`/reports/${REPORT}/check`, {}))
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  const [named, ...others] = findings.filter(({ code }) => code === 'removed')
  expect(others).toEqual([])
  expect(named!.text.en).toMatch(/^192 rows of typo of works were removed .* by wei, because: mistyped topic/)
})

test('what sends again is new, and stays where a frozen report has its days', async () => {
  await send('typo', 5)
  await until(async () => (await devices()).includes('typo'))
  await until(async () => (await dayOfPlant()) === 96 * 6)
  expect((await forget({ devices: ['typo'] })).body).toMatchObject({
    devices: [],
    refused: [{ device: 'typo', reason: 'reported', report: `${REPORT} v1` }],
  })
  expect(await devices()).toContain('typo')
})

test('a database that is made anew from the files has the same rows and figures', async () => {
  await until(async () => (await dayOfPlant()) === 96 * 6)
  const { readings } = await accounting(gateway)
  await gateway.stop()
  for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
  gateway = await gateway.restart()
  await until(() =>
    fetch(`${gateway.httpUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  await until(async () => (await dayOfPlant()) === 96 * 6)
  const after = await accounting(gateway)
  expect([after.closes, after.readings.archived]).toEqual([true, readings.archived])
  await checkLedger(gateway)
})
